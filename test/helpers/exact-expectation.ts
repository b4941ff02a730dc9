import type { Difference } from './exact-documents.ts'
import { lineText, type SentLine } from './random-request-lines.ts'
import type { SentRequest } from './random-request.ts'

/** Where a request is forwarded to, and what the relay could see of its sender. */
export type ForwardedTo = {
  readonly authority: string
  /** The path of the target's URL. */
  readonly path: string
  readonly keepHost: boolean
  readonly sender: string
  readonly scheme: 'http' | 'https'
  /** The id of what is sent again; null for a first delivery. */
  readonly resendOf: string | null
}

/**
 * The head with which a request has to arrive, made of what was sent and of docs/forwarding.md alone: nothing of the product is asked. A row of its table
 * that is not understood here throws, so that the list cannot grow without being looked at.
 */
export function expectedHead(sent: SentRequest, to: ForwardedTo, differences: readonly Difference[]): string {
  const gone = namesRemoved(sent, differences)
  const first: string[] = []
  const lines = sent.lines.filter(({ name }) => !gone.has(name.toLowerCase())).map(lineText)
  const last: string[] = []
  const isThere = (wanted: string): boolean =>
    sent.lines.some(({ name }) => name.toLowerCase() === wanted && !gone.has(wanted))
  for (const { what, line, name, how } of differences) {
    if (what === 'removed') continue
    const host = sent.lines.find((each) => each.name.toLowerCase() === 'host')?.value ?? null
    switch (`${what} ${line}`) {
      case 'replaced host':
        first.push(`host: ${to.keepHost && host !== null ? host : to.authority}`)
        break
      case 'replaced content-length': {
        const asks = bodyMethods(how).includes(sent.method)
        if (sent.body.length > 0 || asks) last.push(`content-length: ${sent.body.length}`)
        break
      }
      case 'added connection':
        first.push(`connection: ${sent.method === 'HEAD' ? 'close' : 'keep-alive'}`)
        break
      case 'added x-forwarded-host':
        if (host !== null && !isThere(line)) lines.push(`${name}: ${host}`)
        break
      case 'added x-forwarded-proto':
        if (!isThere(line)) lines.push(`${name}: ${to.scheme}`)
        break
      case 'added x-forwarded-for':
        if (!isThere(line)) lines.push(`${name}: ${to.sender}`)
        break
      case 'added creel-resend':
        if (to.resendOf !== null) lines.push(`${name}: ${to.resendOf}`)
        break
      default:
        throw new Error(`docs/forwarding.md lists "${what} ${line}", which this expectation does not know.`)
    }
  }
  return `${sent.method} ${expectedPath(to.path, sent.rest)} HTTP/1.1\r\n${[...first, ...lines, ...last].join('\r\n')}\r\n\r\n`
}

/** Lines as pairs, as the history keeps them. */
export function pairsOf(lines: readonly SentLine[]): [string, string][] {
  return lines.map(({ name, value }) => [name, value])
}

function namesRemoved(sent: SentRequest, differences: readonly Difference[]): ReadonlySet<string> {
  const names = new Set<string>()
  for (const { what, line, how } of differences) {
    if (what === 'added') continue
    names.add(line)
    if (!how.includes('every line that it names')) continue
    for (const { name, value } of sent.lines) {
      if (name.toLowerCase() !== line) continue
      for (const named of value.split(',')) names.add(named.trim().toLowerCase())
    }
  }
  return names
}

/** "`0` where POST, PUT ... or PROPPATCH has no body" */
function bodyMethods(how: string): string[] {
  const list = /`0` where ([A-Z, ]+ or [A-Z]+) has no body/.exec(how)?.[1]
  if (list === undefined) throw new Error('docs/forwarding.md does not say which methods have a length of 0.')
  return list.split(/, | or /)
}

/** The table under "Path". */
function expectedPath(base: string, rest: string): string {
  if (base.endsWith('/') && rest.startsWith('/')) return base + rest.slice(1)
  return base === '' && !rest.startsWith('/') ? `/${rest}` : base + rest
}
