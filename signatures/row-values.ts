import { createHash, createHmac, type Hmac } from 'node:crypto'
import { findHeader, isNamed } from './header-lines.ts'
import { nodeAt, readJsonTree, textAt } from './json-tree.ts'
import type { RowHeader } from './row-scheme.ts'
import type { SchemeRow } from './row.ts'
import type { Line } from './scheme.ts'
import { feedParts, type PartValues } from './signed-parts.ts'

/** Whether a line carries this signature header. */
export function carries(header: RowHeader, line: Line): boolean {
  if (!header.numbered) return isNamed(line, header.lower)
  const name = line[0].toLowerCase()
  return name.startsWith(header.lower) && /^\d{1,3}$/.test(name.slice(header.lower.length))
}

/** Whether its condition on another header holds. */
export function applies(header: RowHeader, lines: readonly Line[]): boolean {
  return header.when === undefined || findHeader(lines, header.when.header) === header.when.value
}

/** The signed timestamp as written: `inSignature` is what the signature header had; null when there is none. */
export function timestampText(
  row: SchemeRow,
  request: { readonly headers: readonly Line[]; readonly body: Uint8Array },
  inSignature: string | null,
): string | null {
  const { ts } = row
  if (ts === undefined) return null
  if (ts.from === 'signature') return inSignature
  const inBody = ts.from === 'body' ? textAt(nodeAt(readJsonTree(request.body), ts.name ?? '')) : null
  const header = ts.from === 'header' ? ts.name : ts.orHeader
  return inBody ?? (header === undefined ? null : findHeader(request.headers, header))
}

/** The URL as this sender spells it in what it signs. */
export function signedUrl(row: SchemeRow, url: string | null): string | null {
  if (url === null || row.urlForm === undefined) return url
  return url.replace(/%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi, (escape) => decodeURIComponent(escape))
}

/** The digest that the sender would send in this header. For a token it is the token. */
export function computeDigest(header: RowHeader, key: string | Buffer, values: PartValues): Buffer {
  if (header.mac === 'hmac') return feedParts(startHmac(header.alg, key), header.parts, values).digest()
  if (header.mac === 'digest') return feedParts(createHash(header.alg), header.parts, values).digest()
  return typeof key === 'string' ? Buffer.from(key) : key
}

/** A digest in the spelling of its header. */
export function spellDigest(header: RowHeader, digest: Buffer): string {
  return digest.toString(header.mac === 'token' ? 'latin1' : header.enc)
}

/** As Latin-1 text a decoded key is taken several times faster than as a Buffer, which is first asked whether it is a key object. */
function startHmac(algorithm: string, key: string | Buffer): Hmac {
  return typeof key === 'string'
    ? createHmac(algorithm, key)
    : createHmac(algorithm, key.toString('latin1'), { encoding: 'latin1' })
}
