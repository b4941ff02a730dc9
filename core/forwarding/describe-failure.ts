import type { DeliveryFailure, FailureCode, ListeningPort } from '../../protocol/delivery.ts'
import { formatAddress, type TargetAddress } from './target-address.ts'

/** Why an attempt got no whole answer, before it is put into words. */
export type AttemptError =
  | { readonly kind: 'connect'; readonly error: Error }
  /** The connection stood; `gotHead` tells whether the answer's head had come. */
  | { readonly kind: 'exchange'; readonly error: Error; readonly gotHead: boolean }
  | { readonly kind: 'first-byte-timeout'; readonly ms: number }
  | { readonly kind: 'idle-timeout'; readonly ms: number }
  | { readonly kind: 'refused-path'; readonly path: string }
  | { readonly kind: 'refused-method'; readonly method: string }
  | { readonly kind: 'body-gone' }
  | { readonly kind: 'body-altered' }
  | { readonly kind: 'cancelled' }

type Tried = DeliveryFailure['tried']
type CodedError = Error & { readonly code?: unknown; readonly address?: unknown; readonly port?: unknown }

/** Codes with which no byte of the request left: the target's queue waits for it to come back. */
const NO_CONNECTION: ReadonlySet<FailureCode> = new Set([
  'nothing-listens',
  'unreachable',
  'name-not-found',
  'connect-timeout',
])

export function isNoConnection(code: FailureCode): boolean {
  return NO_CONNECTION.has(code)
}

/** Puts an attempt's failure into a sentence that a person can act on. `listening` is filled in by `withListening`. */
export function describeFailure(problem: AttemptError, target: TargetAddress): DeliveryFailure {
  const where = target.authority
  switch (problem.kind) {
    case 'connect':
      return describeConnectFailure(problem.error, target)
    case 'exchange':
      return describeExchangeFailure(problem.error, problem.gotHead, target)
    case 'first-byte-timeout':
      return failure('first-byte-timeout', `${where} sent no first byte within ${seconds(problem.ms)}`)
    case 'idle-timeout':
      return failure('idle-timeout', `${where} began its answer, then sent nothing for ${seconds(problem.ms)}`)
    case 'refused-path':
      return failure(
        'refused-path',
        `the path ${problem.path} climbs out of ${target.path}, which this target refuses; nothing was sent`,
      )
    case 'refused-method':
      return failure('internal', `${problem.method} opens a tunnel and cannot be forwarded; nothing was sent`)
    case 'body-gone':
      return failure('body-gone', 'the body is no longer in the history; nothing whole could be sent')
    case 'body-altered':
      return failure(
        'internal',
        'the stored body is not the one that was received (its SHA-256 differs); it was not sent whole',
      )
    case 'cancelled':
      return failure('cancelled', `the delivery to ${where} was cancelled while it was under way`)
  }
}

/** The failure with what else listens on this computer, named in its sentence where nothing does at the target. */
export function withListening(failed: DeliveryFailure, listening: readonly ListeningPort[]): DeliveryFailure {
  if (failed.code !== 'nothing-listens') return failed
  return { ...failed, listening: [...listening], message: `${failed.message}; ${listeningWords(listening)}` }
}

/** As many ports as a sentence bears, those of programs with a name first. */
export function listeningWords(listening: readonly ListeningPort[], most = 6): string {
  if (listening.length === 0) return 'no other port is open'
  const byWorth = listening.toSorted((a, b) => worth(b) - worth(a) || a.port - b.port).slice(0, most)
  const words = byWorth
    .toSorted((a, b) => a.port - b.port)
    .map(({ port, process }) => (process === null ? `${port}` : `${port} (${process})`))
  const more = listening.length - words.length
  const verb = listening.length === 1 ? 'is' : 'are'
  return `listening ${verb} ${words.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** Development servers have a name that the system tells and a high port. */
function worth(port: ListeningPort): number {
  return (port.process === null ? 0 : 2) + (port.port >= 1024 ? 1 : 0)
}

function describeConnectFailure(error: Error, target: TargetAddress): DeliveryFailure {
  const where = target.authority
  const code = codeOf(error)
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ENODATA') {
    return failure('name-not-found', `the name ${target.hostname} was not found (${code}); is it spelled right?`)
  }
  if (code === 'UND_ERR_CONNECT_TIMEOUT') {
    const tried = [{ address: formatAddress(target.hostname, target.port), outcome: 'no answer' }]
    return failure('connect-timeout', `${where} did not take the connection in time`, tried)
  }
  if (isTlsError(error, code)) return failure('tls', describeTls(error, code, where))
  const tried = triedAddresses(error, target)
  const codes = tried.map((entry) => entry.code)
  const outcomes = tried.map(({ address, outcome }) => ({ address, outcome }))
  if (codes.includes('ECONNREFUSED')) return failure('nothing-listens', `nothing is listening on ${where}`, outcomes)
  if (codes.every((each) => each === 'ETIMEDOUT')) {
    return failure('connect-timeout', `${where} did not take the connection in time`, outcomes)
  }
  const said = outcomes.map(({ address, outcome }) => `${address}: ${outcome}`).join(', ')
  return failure('unreachable', `${where} cannot be reached (${said})`, outcomes)
}

function describeExchangeFailure(error: Error, gotHead: boolean, target: TargetAddress): DeliveryFailure {
  const where = target.authority
  const code = codeOf(error)
  const moment = gotHead ? 'in the middle of its answer' : 'before it answered'
  if (code === 'ECONNRESET') return failure('reset', `${where} reset the connection ${moment}`)
  if (isTlsError(error, code)) return failure('tls', describeTls(error, code, where))
  if (code === 'UND_ERR_HEADERS_OVERFLOW')
    return failure('bad-answer', `${where} sent more header lines than can be kept`)
  const isEarlyEnd =
    (code === 'UND_ERR_SOCKET' && !error.message.startsWith('bad ')) ||
    code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' ||
    (error.name === 'HTTPParserError' && error.message.includes('Invalid EOF state')) ||
    code === 'EPIPE'
  if (isEarlyEnd) return failure('closed-early', `${where} closed the connection ${moment}`)
  if (error.name === 'HTTPParserError' || code === 'UND_ERR_SOCKET') {
    const hint = target.scheme === 'http' && !gotHead ? '; perhaps it expects https' : ''
    return failure('bad-answer', `${where} answered something that is not HTTP/1.1 (${error.message})${hint}`)
  }
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED') {
    return failure('internal', `the request cannot be sent as it stands: ${error.message}`)
  }
  return failure('internal', `the attempt broke off: ${error.message}`)
}

function describeTls(error: Error, code: string, where: string): string {
  if (/SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/.test(code)) {
    return `${where} has a certificate that nobody vouches for (self-signed); switch on "Accept this target's self-signed certificate" to allow it`
  }
  if (code === 'CERT_HAS_EXPIRED') return `the certificate of ${where} has expired`
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `the certificate of ${where} is for another name: ${error.message}`
  if (/WRONG_VERSION_NUMBER|EPROTO|PACKET_LENGTH_TOO_LONG/.test(code) || /wrong version number/i.test(error.message)) {
    return `${where} does not speak TLS; perhaps its URL begins with http:// instead of https://`
  }
  return `no TLS connection to ${where}: ${error.message}`
}

function isTlsError(error: Error, code: string): boolean {
  return (
    /CERT|ERR_TLS|ERR_SSL|EPROTO|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/.test(code) ||
    error.message.includes('before secure TLS connection')
  )
}

function triedAddresses(error: Error, target: TargetAddress): readonly (Tried[number] & { code: string })[] {
  const errors: readonly Error[] =
    error instanceof AggregateError ? error.errors.filter((each): each is Error => each instanceof Error) : [error]
  return errors.map((each) => {
    const { address, port } = each as CodedError
    const code = codeOf(each)
    return {
      address: formatAddress(
        typeof address === 'string' ? address : target.hostname,
        typeof port === 'number' ? port : target.port,
      ),
      outcome: outcomeWords(code, each.message),
      code,
    }
  })
}

function outcomeWords(code: string, message: string): string {
  switch (code) {
    case 'ECONNREFUSED':
      return 'refused'
    case 'ETIMEDOUT':
      return 'no answer'
    case 'EHOSTUNREACH':
    case 'EHOSTDOWN':
      return 'host unreachable'
    case 'ENETUNREACH':
    case 'ENETDOWN':
      return 'network unreachable'
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
      return 'no such address on this computer'
    case 'EACCES':
    case 'EPERM':
      return 'forbidden by this computer'
    case 'ECONNRESET':
      return 'reset'
    default:
      return code === '' ? message : code
  }
}

function codeOf(error: Error): string {
  const { code } = error as CodedError
  return typeof code === 'string' ? code : ''
}

function failure(code: FailureCode, message: string, tried: Tried = []): DeliveryFailure {
  return { code, message, tried, listening: [] }
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${Math.round(ms / 100) / 10} s`
}
