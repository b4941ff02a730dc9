import type { DraftSigning, HeaderChange, RequestChanges } from '../../protocol/draft.ts'
import type { HeaderLine, RequestDetail } from '../../protocol/request.ts'
import { detectScheme } from '../../signatures/verify.ts'
import { keptLines } from '../forwarding/build-forwarded-request.ts'

export type ChangedRequest = {
  readonly original: Pick<RequestDetail, 'method' | 'headers' | 'bodySha256'> | null
  /** Paths that the original was, or would be, sent with. */
  readonly originalPaths: readonly string[]
  readonly signing: DraftSigning
  readonly method: string
  readonly requestTarget: string
  /** As sent, with the signature that it has. */
  readonly headers: readonly HeaderLine[]
  readonly bodySha256: string
}

/** How a request that is being sent differs from its original. */
export function describeChanges(sent: ChangedRequest): RequestChanges {
  const { original } = sent
  const signatures = new Set(namesOfSignature(sent.headers))
  if (original === null) {
    const signature = signatures.size === 0 ? 'none' : sent.signing.kind === 'anew' ? 'anew' : 'original'
    return { hasOriginal: false, method: false, path: false, headers: [], headerOrder: false, body: false, signature }
  }
  for (const name of namesOfSignature(original.headers)) signatures.add(name)
  const isCompared = ([name]: HeaderLine): boolean => !signatures.has(name.toLowerCase())
  const before = keptLines(original.headers).filter(isCompared)
  const after = keptLines(sent.headers).filter(isCompared)
  const headers = headerChanges(before, after)
  return {
    hasOriginal: true,
    method: sent.method !== original.method,
    path: !sent.originalPaths.includes(sent.requestTarget),
    headers,
    headerOrder: headers.length === 0 && JSON.stringify(before) !== JSON.stringify(after),
    body: sent.bodySha256 !== original.bodySha256,
    signature: signatureChange(original.headers, sent, signatures),
  }
}

function headerChanges(before: readonly HeaderLine[], after: readonly HeaderLine[]): HeaderChange[] {
  const old = byName(before)
  const now = byName(after)
  const changes: HeaderChange[] = []
  for (const [key, lines] of now) {
    const were = old.get(key)
    const name = lines[0]?.[0] ?? key
    if (were === undefined) changes.push({ name, how: 'added' })
    else if (JSON.stringify(were) !== JSON.stringify(lines)) changes.push({ name, how: 'changed' })
  }
  for (const [key, lines] of old) if (!now.has(key)) changes.push({ name: lines[0]?.[0] ?? key, how: 'removed' })
  return changes
}

function byName(lines: readonly HeaderLine[]): ReadonlyMap<string, readonly HeaderLine[]> {
  const groups = new Map<string, HeaderLine[]>()
  for (const line of lines) {
    const key = line[0].toLowerCase()
    const group = groups.get(key)
    if (group) group.push(line)
    else groups.set(key, [line])
  }
  return groups
}

function signatureChange(
  original: readonly HeaderLine[],
  sent: ChangedRequest,
  names: ReadonlySet<string>,
): RequestChanges['signature'] {
  const isSignature = ([name]: HeaderLine): boolean => names.has(name.toLowerCase())
  const was = original.filter(isSignature)
  const is = sent.headers.filter(isSignature)
  if (was.length === 0 && is.length === 0) return 'none'
  if (is.length === 0) return 'unsigned'
  if (sent.signing.kind === 'anew') return 'anew'
  return JSON.stringify(was) === JSON.stringify(is) ? 'original' : 'edited'
}

function namesOfSignature(headers: readonly HeaderLine[]): readonly string[] {
  return detectScheme(headers)?.headerNames.map((name) => name.toLowerCase()) ?? []
}
