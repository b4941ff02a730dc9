import type { Format, Line, Scheme, SignatureHeader } from './scheme.ts'

/** What a signature header holds: candidates in hex, and the signed timestamp where the scheme has one. */
export type ReadHeader = {
  readonly header: SignatureHeader
  /** Every digest found, in order, as written. */
  readonly digests: readonly string[]
  /** Seconds since 1970 as written, or null. */
  readonly timestamp: string | null
}

const HEX_LENGTH = { sha1: 40, sha256: 64, sha512: 128 } as const

/** The scheme's strongest signature header that the request has, read. Null when it has none. Repeated lines are read as one list. */
export function readSignatureHeader(scheme: Scheme, lines: readonly Line[]): ReadHeader | null {
  for (const header of scheme.headers) {
    const values = lines.filter(([name]) => name.toLowerCase() === header.name.toLowerCase()).map(([, value]) => value)
    if (values.length === 0) continue
    const read = values.map((value) => readValue(header.format, value))
    return {
      header,
      digests: read.flatMap(({ digests }) => digests),
      timestamp: read.find(({ timestamp }) => timestamp !== null)?.timestamp ?? null,
    }
  }
  return null
}

function readValue(format: Format, value: string): { digests: string[]; timestamp: string | null } {
  if (format.kind === 'prefix') {
    const text = value.trim()
    return { digests: text.startsWith(format.prefix) ? [text.slice(format.prefix.length)] : [], timestamp: null }
  }
  const pairs = value.split(format.separator).map((pair) => {
    const at = pair.indexOf('=')
    return at === -1 ? ['', ''] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()]
  })
  return {
    digests: pairs.flatMap(([key, text]) => (key === format.signatureKey && text !== undefined ? [text] : [])),
    timestamp: pairs.find(([key]) => key === format.timestampKey)?.[1] ?? null,
  }
}

/** Whether a digest has the alphabet and length of its algorithm. Asked before decoding: decoders stop silently at the first bad digit. */
export function isHexDigest(header: SignatureHeader, digest: string): boolean {
  return digest.length === HEX_LENGTH[header.algorithm] && /^[0-9a-f]+$/i.test(digest)
}
