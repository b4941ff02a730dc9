import type { HeaderLine } from '../../protocol/request.ts'
import type { TargetOptions } from '../../protocol/target.ts'
import type { SendableRequest } from './forwarder.ts'
import type { TargetAddress } from './target-address.ts'

/** A request as it goes to a target. docs/forwarding.md lists how it differs from what was received. */
export type ForwardedRequest = {
  readonly method: string
  readonly origin: string
  readonly path: string
  /** Every line as it stands on the wire, in order. */
  readonly wireHeaders: readonly HeaderLine[]
  /** What undici is handed: names and values in turn, without the two lines that it writes itself. */
  readonly flatHeaders: string[]
}

export type ForwardedRequestRefusal = { readonly refused: 'climbing-path' | 'method'; readonly path: string }

export type ForwardedRequestInput = {
  readonly request: SendableRequest
  readonly target: TargetAddress
  readonly options: Pick<TargetOptions, 'keepHost' | 'refuseClimbingPaths'>
  /** Adds `Creel-Resend: <id>`. */
  readonly markResend: boolean
}

/** Lines that belong to one connection (RFC 9110 section 7.6.1), and Expect, which a stored request has no use for. */
const REMOVED = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
])
/** Written anew for the target. */
const REPLACED = new Set(['host', 'content-length'])
/** Methods that say `content-length: 0` when they have no body; the others say nothing. */
const EXPECTS_BODY = new Set(['POST', 'PUT', 'PATCH', 'QUERY', 'PROPFIND', 'PROPPATCH'])

export function buildForwardedRequest(input: ForwardedRequestInput): ForwardedRequest | ForwardedRequestRefusal {
  const { request, target, options } = input
  const rest = request.requestTarget.slice(request.mountBytes)
  const path = joinPath(target.path, rest)
  // A tunnel is not a request that can be repeated to a target.
  if (request.method === 'CONNECT') return { refused: 'method', path }
  if (options.refuseClimbingPaths && hasOwnPath(target) && climbsOut(rest)) return { refused: 'climbing-path', path }

  const keepsHost = options.keepHost || request.isAsWritten
  const host = (keepsHost ? firstValue(request.headers, 'host') : null) ?? target.authority
  const lines = keptLines(request.headers)
  if (!request.isAsWritten) lines.push(...forwardedForLines(lines, request))
  if (input.markResend) lines.push(['Creel-Resend', request.uid])

  const length: HeaderLine[] =
    request.bodyBytes > 0 || EXPECTS_BODY.has(request.method) ? [['content-length', String(request.bodyBytes)]] : []
  return {
    method: request.method,
    origin: target.origin,
    path,
    wireHeaders: [
      ['host', host],
      // undici closes after HEAD: some servers send a body there, which would be taken for the next answer.
      ['connection', request.method === 'HEAD' ? 'close' : 'keep-alive'],
      ...lines,
      ...length,
    ],
    flatHeaders: ['host', host, ...lines.flat()],
  }
}

/** The target's path, then what followed the input, verbatim. Only a slash that both have is written once. */
export function joinPath(base: string, rest: string): string {
  const trimmed = base.endsWith('/') && rest.startsWith('/') ? base.slice(0, -1) : base
  const path = trimmed + rest
  return path.startsWith('/') ? path : `/${path}`
}

/**
 * Whether a path leaves the folder that it is put into, for any server's reading of it: escaped dots and slashes, backslashes, empty
 * segments and `;` parameters are all taken at their worst.
 */
export function climbsOut(rest: string): boolean {
  const [path = ''] = rest.split('?', 1)
  const segments = path
    .replace(/%2e/gi, '.')
    .replace(/%2f|%5c|\\/gi, '/')
    .split('/')
  let depth = 0
  for (const segment of segments) {
    const [name] = segment.split(';', 1)
    if (name === '..') depth -= 1
    else if (name !== '' && name !== '.') depth += 1
    if (depth < 0) return true
  }
  return false
}

function hasOwnPath(target: TargetAddress): boolean {
  return target.path !== '' && target.path !== '/'
}

/** Lines that go on as they are: not those for one hop, nor those that are written anew. */
export function keptLines(headers: readonly HeaderLine[]): HeaderLine[] {
  const named = connectionNames(headers)
  return headers.filter(([name]) => {
    const lower = name.toLowerCase()
    return !REMOVED.has(lower) && !REPLACED.has(lower) && !named.has(lower)
  })
}

/** Names that the sender's Connection lines list: they were meant for the first hop. */
function connectionNames(headers: readonly HeaderLine[]): ReadonlySet<string> {
  const names = new Set<string>()
  for (const [name, value] of headers) {
    if (name.toLowerCase() !== 'connection') continue
    for (const token of value.split(',')) names.add(token.trim().toLowerCase())
  }
  return names
}

function forwardedForLines(kept: readonly HeaderLine[], request: SendableRequest): HeaderLine[] {
  const lines: HeaderLine[] = []
  const host = firstValue(request.headers, 'host')
  if (host !== null) addMissing('X-Forwarded-Host', host)
  addMissing('X-Forwarded-Proto', request.scheme)
  if (request.remote !== null && request.remote !== '') addMissing('X-Forwarded-For', request.remote)
  return lines

  function addMissing(name: string, value: string): void {
    if (firstValue(kept, name.toLowerCase()) === null) lines.push([name, value])
  }
}

function firstValue(headers: readonly HeaderLine[], lowerName: string): string | null {
  for (const [name, value] of headers) {
    if (name.length === lowerName.length && name.toLowerCase() === lowerName) return value
  }
  return null
}
