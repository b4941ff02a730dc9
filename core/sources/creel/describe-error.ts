import { ProxyProblem } from '../../network/choose-proxy.ts'
import { CloseCode } from '../../../protocol/relay-message.ts'
import { NEW_TOKEN } from './describe-answer.ts'
import { lost, type LinkFailure } from './link-failure.ts'

const CERTIFICATE_CODES: ReadonlySet<string> = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

/** What ws says when an upgrade was answered by something that speaks WebSocket, but not ours. */
const FOREIGN_UPGRADE = /subprotocol|Sec-WebSocket|Invalid Upgrade header/

/** Why a connection could not be made, or broke, in a sentence. Never gives up: networks heal. */
export function describeError(error: Error, host: string): LinkFailure {
  if (error instanceof ProxyProblem) return lost(error.message)
  const code = codeOf(error)
  if (FOREIGN_UPGRADE.test(error.message)) {
    return {
      kind: 'strange',
      isClear: true,
      reason: `${host} speaks WebSocket, but not as a Creel relay does.`,
      fix: 'Check the address: it is the one that the relay itself is reached at.',
    }
  }
  if (code.startsWith('HPE_')) {
    return {
      kind: 'strange',
      isClear: false,
      reason: `What listens at ${host} does not speak HTTP.`,
      fix: 'Check the address and its port, and whether it begins with https://.',
    }
  }
  if (CERTIFICATE_CODES.has(code)) {
    return lost(
      `The certificate of ${host} cannot be trusted (${code}): ${error.message}. If your company has its own authority, name its file in Preferences.`,
    )
  }
  return lost(describeNetworkError(code, host) ?? `The connection to ${host} failed: ${error.message}`)
}

function describeNetworkError(code: string, host: string): string | null {
  switch (code) {
    case 'ENOTFOUND':
      return `The name of ${host} cannot be found: check its spelling and the network.`
    case 'EAI_AGAIN':
      return `The name of ${host} cannot be looked up now: the network or its name server is down.`
    case 'ECONNREFUSED':
      return `Nothing listens at ${host}: the relay is not running, or the port is another one.`
    case 'ECONNRESET':
    case 'EPIPE':
      return `${host} closed the connection without an answer.`
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ENETDOWN':
    case 'EADDRNOTAVAIL':
      return `There is no way to ${host} in this network.`
    case 'ETIMEDOUT':
      return `${host} did not answer.`
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
      return `${host} does not speak TLS: its address may begin with http:// instead of https://.`
    case 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH':
      return `${host} sent a frame that is larger than any may be.`
    default:
      return code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')
        ? `No secure connection to ${host} can be made (${code}).`
        : null
  }
}

/** Why an open connection ended. `told` is the last error that the relay reported on it. */
export function describeClose(code: number, reason: string, told: string | null, host: string): LinkFailure {
  if (code === CloseCode.revoked) {
    return { kind: 'refused', code: 'revoked', reason: `The token was revoked at ${host}.`, fix: NEW_TOKEN }
  }
  const why = told ?? reason
  if (why !== '') return lost(`${host} closed the connection: ${why}`)
  // 1006: no close frame came (RFC 6455 section 7.4.1).
  return lost(
    code === 1006 ? `The connection to ${host} broke off.` : `${host} closed the connection (${code}), saying nothing.`,
  )
}

/** Node tries every address of a name and throws what all of them said: the first error that has a code speaks for them. */
function codeOf(error: Error): string {
  if ('code' in error && typeof error.code === 'string') return error.code
  if (error instanceof AggregateError) {
    for (const one of error.errors) if (one instanceof Error && codeOf(one) !== '') return codeOf(one)
  }
  return error.cause instanceof Error ? codeOf(error.cause) : ''
}
