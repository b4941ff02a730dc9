import { randomUUID } from 'node:crypto'
import { decodeDigest } from './decode.ts'
import { readValue, writeValue } from './header-format.ts'
import { findHeader, rewriteLines, type Rewrite } from './header-lines.ts'
import { nodeAt, readJsonTree, spliceBytes } from './json-tree.ts'
import type { CompiledRow, RowHeader } from './row-scheme.ts'
import { applies, carries, computeDigest, signedUrl, spellDigest, timestampText } from './row-values.ts'
import type { SchemeRow } from './row.ts'
import type { SignCall, Signed } from './scheme.ts'
import { keysOfSecret } from './secret-key.ts'
import type { PartValues } from './signed-parts.ts'
import { writeTimestamp } from './timestamps.ts'

/**
 * Signs by a row: every signature header that the request has is written anew, in its place and spelling, and where none is the sender's first is
 * added at the end, with its timestamp and id.
 */
export function signRow(compiled: CompiledRow, call: SignCall): Signed {
  const { row, judged, companions } = compiled
  const keys = call.keys.secrets.filter((secret) => secret !== '').map((secret) => keyOf(row, call, secret))
  if (keys.length === 0) throw new RangeError(`Signing as ${row.name} takes its secret.`)
  if (call.url === null && judged.some(({ needsUrl }) => needsUrl)) {
    throw new RangeError(`Signing as ${row.name} takes the full URL.`)
  }
  const ts = freshTimestamp(compiled, call)
  const body = row.ts?.from === 'body' ? withTimestamp(row, call.body, ts) : call.body
  const values: PartValues = {
    headers: call.headers,
    body,
    method: call.method,
    url: signedUrl(row, call.url),
    ts,
    id: row.idHeader === undefined ? null : (findHeader(call.headers, row.idHeader) ?? `msg_${randomUUID()}`),
    secret: '',
  }
  const digestsOf = (header: RowHeader): string[] => {
    // The row's spelling of the URL is for its own headers.
    const url = companions.includes(header) ? call.url : values.url
    return keys.map(({ key, secret }) => spellDigest(header, computeDigest(header, key, { ...values, url, secret })))
  }
  const isSigned = judged.some((header) => call.headers.some((line) => carries(header, line)))
  const seen = new Set<string>()
  const present = new Set(call.headers.map(([name]) => name.toLowerCase()))
  const applying = [...judged, ...companions].filter((header) => applies(header, call.headers))
  const rewrites = applying.flatMap((first): Rewrite[] => {
    if (seen.has(first.lower)) return []
    seen.add(first.lower)
    const isNeeded = first === judged[0] && !isSigned
    if (first.numbered) return numberedRewrites(first, call, digestsOf(first), isNeeded)
    const { header, format } = asItCame(
      applying.filter(({ lower }) => lower === first.lower),
      first,
      call.headers,
    )
    return [{ name: header.name, isNeeded, values: valuesFor(row, { ...header, format }, digestsOf(header), values) }]
  })
  const isMade = rewrites.some(
    ({ name, isNeeded, values: lines }) => lines.length > 0 && (isNeeded || present.has(name.toLowerCase())),
  )
  // Of several keys those that are here may be for none of the headers that came: the sender's first is signed with them.
  const [main] = judged
  if (!isMade && main !== undefined) rewrites.push(firstRewrite(row, main, digestsOf(main), values))
  const dropped = rewrites.filter(({ values: lines }) => lines.length === 0).map(({ name }) => name)
  const beside: Rewrite[] = []
  if (row.ts?.from === 'header' && row.ts.name !== undefined) {
    beside.push({ name: row.ts.name, values: [ts], isNeeded: true })
  }
  if (row.ts?.orHeader !== undefined) beside.push({ name: row.ts.orHeader, values: [ts], isNeeded: false })
  if (row.idHeader !== undefined) beside.push({ name: row.idHeader, values: [values.id ?? ''], isNeeded: true })
  for (const { name, value } of row.fixed ?? []) beside.push({ name, values: [value], isNeeded: true })
  const headers = rewriteLines(call.headers, [...beside, ...rewrites])
  return { headers, body, url: call.url, dropped: dropped.filter((name) => present.has(name.toLowerCase())) }
}

/**
 * Of the headers of one name, which differ by their algorithm, the one that the request has a digest of, else the first; and its form, bare where the
 * digest stood so. A receiver that is set to one algorithm refuses all others.
 */
function asItCame(
  sameName: readonly RowHeader[],
  first: RowHeader,
  lines: SignCall['headers'],
): Pick<RowHeader, 'format'> & { readonly header: RowHeader } {
  for (const header of sameName) {
    for (const line of lines) {
      if (header.mac === 'token' || !carries(header, line)) continue
      const { texts } = readValue(header.format, line[1])
      if (!texts.some((text) => decodeDigest(text, header.enc, header.length) !== null)) continue
      const isBare = header.format.kind === 'prefix' && texts.includes(line[1].trim())
      return { header, format: isBare ? { kind: 'raw' } : header.format }
    }
  }
  return { header: first, format: first.format }
}

function keyOf(row: SchemeRow, { keys }: SignCall, secret: string): { key: string | Buffer; secret: string } {
  const encoding = keys.secretEncoding ?? row.key
  const [form] = keysOfSecret(secret, encoding, row.keyPrefixes)
  if (form === undefined) throw new RangeError(`The secret is not ${encoding}, as ${row.name} gives it.`)
  return { key: form.key, secret }
}

/** The lines' values of one header: one signature, or one for each secret where the sender sends several. */
function valuesFor(row: SchemeRow, header: RowHeader, digests: readonly string[], values: PartValues): string[] {
  const { format } = header
  const write = (some: readonly string[]) => writeValue(format, some, values.ts ?? '', values.id ?? '')
  if (row.multi === undefined) {
    const digest = digests[header.secret]
    return digest === undefined ? [] : [write([digest])]
  }
  return format.kind === 'kv' || format.kind === 'list' ? [write(digests)] : digests.map((digest) => write([digest]))
}

function numberedRewrites(header: RowHeader, call: SignCall, digests: readonly string[], isNeeded: boolean): Rewrite[] {
  const present = call.headers.filter((line) => carries(header, line)).map(([name]) => name)
  const names = isNeeded ? digests.map((_, index) => `${header.name}${index + 1}`) : present
  return names.map((name) => {
    const digest = digests[Number(name.slice(header.name.length)) - 1]
    return { name, isNeeded, values: digest === undefined ? [] : [digest] }
  })
}

function firstRewrite(row: SchemeRow, header: RowHeader, digests: readonly string[], values: PartValues): Rewrite {
  if (header.numbered) return { name: `${header.name}1`, isNeeded: true, values: digests.slice(0, 1) }
  return { name: header.name, isNeeded: true, values: valuesFor(row, header, digests, values) }
}

function freshTimestamp({ row, judged }: CompiledRow, call: SignCall): string {
  if (row.ts === undefined) return ''
  let inSignature: string | null = null
  for (const header of judged) {
    for (const line of call.headers) {
      if (carries(header, line)) inSignature ??= readValue(header.format, line[1]).timestamp
    }
  }
  const before = timestampText(row, call, inSignature)
  return call.keepTimestamp === true && before !== null ? before : writeTimestamp(call.now, row.ts.unit, before)
}

/** The body with its own timestamp field written anew, as a number or string as it was, and no other byte touched. */
function withTimestamp(row: SchemeRow, body: Uint8Array, ts: string): Uint8Array {
  const node = nodeAt(readJsonTree(body), row.ts?.name ?? '')
  if (node === null) return body
  const text = node.kind === 'string' ? JSON.stringify(ts) : ts
  return spliceBytes(body, [{ from: node.from, to: node.to, text }])
}
