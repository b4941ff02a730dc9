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
  readonly wireHeaders: HeaderLine[]
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

/**
 * What becomes of lines of these names. Removed: those that belong to one connection (RFC 9110 section 7.6.1), and Expect, which a stored request has no
 * use for. Replaced: written anew for the target. Forwarded: not added where the sender sent it.
 */
const FATES: ReadonlyMap<string, 'removed' | 'replaced' | 'forwarded'> = new Map([
  ['connection', 'removed'],
  ['keep-alive', 'removed'],
  ['proxy-connection', 'removed'],
  ['te', 'removed'],
  ['trailer', 'removed'],
  ['transfer-encoding', 'removed'],
  ['upgrade', 'removed'],
  ['expect', 'removed'],
  ['host', 'replaced'],
  ['content-length', 'replaced'],
  ['x-forwarded-host', 'forwarded'],
  ['x-forwarded-proto', 'forwarded'],
  ['x-forwarded-for', 'forwarded'],
])
const LONGEST = Math.max(...[...FATES.keys()].map((name) => name.length))
/** Most names need not be put in lower case to know that they are none of these. */
const LENGTHS: readonly boolean[] = Array.from({ length: 1 + LONGEST }, (_, length) =>
  [...FATES.keys()].some((name) => name.length === length),
)
/** Methods that say `content-length: 0` when they have no body; the others say nothing. */
const EXPECTS_BODY = new Set(['POST', 'PUT', 'PATCH', 'QUERY', 'PROPFIND', 'PROPPATCH'])

export function buildForwardedRequest(input: ForwardedRequestInput): ForwardedRequest | ForwardedRequestRefusal {
  const { request, target, options } = input
  const rest = request.requestTarget.slice(request.mountBytes)
  const path = joinPath(target.path, rest)
  // A tunnel is not a request that can be repeated to a target.
  if (request.method === 'CONNECT') return { refused: 'method', path }
  if (options.refuseClimbingPaths && hasOwnPath(target) && climbsOut(rest)) return { refused: 'climbing-path', path }

  const { host: ownHost, listed } = lookAt(request.headers)
  const keepsHost = options.keepHost || request.isAsWritten
  const host = (keepsHost ? ownHost : null) ?? target.authority
  const lines: HeaderLine[] = [
    ['host', host],
    // undici closes after HEAD: some servers send a body there, which would be taken for the next answer.
    ['connection', request.method === 'HEAD' ? 'close' : 'keep-alive'],
  ]
  const told = addKept(lines, request.headers, listed)
  if (!request.isAsWritten) addSender(lines, request, ownHost, told)
  if (input.markResend) lines.push(['Creel-Resend', request.uid])
  const flatHeaders = ['host', host]
  for (let at = 2; at < lines.length; at += 1) {
    const line = lines[at]
    if (line !== undefined) flatHeaders.push(line[0], line[1])
  }
  if (request.bodyBytes > 0 || EXPECTS_BODY.has(request.method))
    lines.push(['content-length', String(request.bodyBytes)])
  return { method: request.method, origin: target.origin, path, wireHeaders: lines, flatHeaders }
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
  const lines: HeaderLine[] = []
  addKept(lines, headers, lookAt(headers).listed)
  return lines
}

/** Names in lower case; null = none, as with nearly all requests. */
type Names = ReadonlySet<string> | null

/** What the fate of other lines hangs on: the first Host line, and the names that Connection lines list, as they were meant for the first hop. */
function lookAt(headers: readonly HeaderLine[]): { readonly host: string | null; readonly listed: Names } {
  let host: string | null = null
  let listed: Set<string> | null = null
  for (const line of headers) {
    const name = line[0]
    if (name.length === 'host'.length) {
      if (host === null && name.toLowerCase() === 'host') host = line[1]
    } else if (name.length === 'connection'.length && name.toLowerCase() === 'connection') {
      listed ??= new Set()
      for (const token of line[1].split(',')) listed.add(token.trim().toLowerCase())
    }
  }
  return { host, listed }
}

/** Adds the lines that go on as they are; gives the names of those among them that tell of the sender. */
function addKept(lines: HeaderLine[], headers: readonly HeaderLine[], listed: Names): Names {
  let told: Set<string> | null = null
  for (const line of headers) {
    const name = line[0]
    if (listed !== null || LENGTHS[name.length] === true) {
      const lower = name.toLowerCase()
      const fate = FATES.get(lower)
      if (fate === 'removed' || fate === 'replaced' || listed?.has(lower) === true) continue
      if (fate === 'forwarded') (told ??= new Set()).add(lower)
    }
    lines.push(line)
  }
  return told
}

function addSender(
  lines: HeaderLine[],
  { remote, scheme }: SendableRequest,
  ownHost: string | null,
  told: Names,
): void {
  if (ownHost !== null && !told?.has('x-forwarded-host')) lines.push(['X-Forwarded-Host', ownHost])
  if (!told?.has('x-forwarded-proto')) lines.push(['X-Forwarded-Proto', scheme])
  if (remote !== null && remote !== '' && !told?.has('x-forwarded-for')) lines.push(['X-Forwarded-For', remote])
}
