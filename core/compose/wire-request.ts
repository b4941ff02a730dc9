import { AppFailure } from '../../protocol/app-error.ts'
import type { DraftContent } from '../../protocol/draft.ts'
import type { HeaderLine, RequestDetail } from '../../protocol/request.ts'
import { joinPath, keptLines } from '../forwarding/build-forwarded-request.ts'
import { parseTargetUrl, type TargetAddress } from '../forwarding/target-address.ts'
import { readDraftUrl } from './draft-url.ts'
import { toWireTarget, toWireText } from './wire-text.ts'

/** A draft as it goes out, but for its body and its signature. */
export type WireRequest = {
  readonly method: string
  /** Scheme, host and port; and, where one is configured whose path this URL begins with, the target's path. */
  readonly address: TargetAddress
  /** That address as text. */
  readonly base: string
  /** Path and query whole, latin-1. */
  readonly requestTarget: string
  /** Where what follows the base's path begins in it. */
  readonly mountBytes: number
  /** Those that are on and that Creel does not set itself; Host too, if it is written. */
  readonly headers: readonly HeaderLine[]
  /** Whole. */
  readonly url: string
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/**
 * Makes of what a person wrote what is sent. `targets` are the URLs of the configured ones.
 * @throws AppFailure `bad-input` with the field: `url`, `method`, `headers.3.name`, `headers.3.value`.
 */
export function toWireRequest(
  content: DraftContent,
  original: Pick<RequestDetail, 'requestTarget' | 'headers'> | null,
  targets: readonly string[],
): WireRequest {
  const method = content.method.trim()
  if (!TOKEN.test(method)) {
    throw badInput(
      'method',
      method === '' ? 'There is no method.' : `“${method}” is no method.`,
      'Choose one, as POST.',
    )
  }
  if (method.toUpperCase() === 'CONNECT') {
    throw badInput('method', 'CONNECT opens a tunnel and cannot be sent as a request.', 'Choose another method.')
  }
  const read = readDraftUrl(content.url)
  if ('problem' in read) throw badInput('url', read.problem, read.fix)
  const before = original?.requestTarget ?? ''
  // A fragment is for whoever shows an answer. The original's had come over the wire.
  const fragment = read.fragment !== '' && before.includes(read.fragment) ? read.fragment : ''
  const requestTarget = toWireTarget(read.target + fragment, before)
  const mount = mountOf(read.address, requestTarget, targets)
  return {
    method,
    requestTarget,
    ...mount,
    headers: writtenLines(content, original?.headers ?? []),
    url: read.address.origin + requestTarget,
  }
}

/** A request that is resent later is put on another base: so it has to be known what is this one's base, and what follows it. */
function mountOf(
  origin: TargetAddress,
  requestTarget: string,
  targets: readonly string[],
): Pick<WireRequest, 'address' | 'base' | 'mountBytes'> {
  let best: Pick<WireRequest, 'address' | 'base' | 'mountBytes'> = {
    address: origin,
    base: origin.origin,
    mountBytes: 0,
  }
  for (const base of targets) {
    const address = parseTargetUrl(base)
    if (address === null || address.origin !== origin.origin || !requestTarget.startsWith(address.path)) continue
    const mountBytes = address.path.length
    const rest = requestTarget.slice(mountBytes)
    const isWhole = rest === '' || /^[/?]/.test(rest) || address.path.endsWith('/')
    if (isWhole && mountBytes > best.mountBytes && joinPath(address.path, rest) === requestTarget)
      best = { address, base, mountBytes }
  }
  return best
}

function writtenLines(content: DraftContent, original: readonly HeaderLine[]): readonly HeaderLine[] {
  const before = original.map(([name, value]) => `${name}: ${value}`).join('\n')
  const lines: HeaderLine[] = []
  for (const [index, { name: written, value, on }] of content.headers.entries()) {
    const name = written.trim()
    if (!on || (name === '' && value.trim() === '')) continue
    if (!TOKEN.test(name)) {
      const problem = name === '' ? 'A header line has no name.' : `“${name}” is no name of a header.`
      throw badInput(`headers.${index}.name`, problem, 'A name has letters, digits and - without spaces.')
    }
    const sent = toWireText(value, before)
    // oxlint-disable-next-line no-control-regex -- these are what is refused
    if (/[\0-\x08\x0a-\x1f\x7f]/.test(sent)) {
      const problem = `The value of ${name} has a line break or another control character.`
      throw badInput(`headers.${index}.value`, problem, 'Take it out: no header line can carry it.')
    }
    lines.push([name, sent])
  }
  const kept = new Set(keptLines(lines))
  const host = lines.find(([name]) => name.toLowerCase() === 'host')
  return lines.filter((line) => kept.has(line) || line === host)
}

function badInput(field: string, message: string, fix: string): AppFailure {
  return new AppFailure({ code: 'bad-input', message, fix, field })
}
