import { computeDigest } from './digest.ts'
import type { Line, Scheme, SignatureHeader } from './scheme.ts'
import { findScheme } from './schemes.ts'

/**
 * Signs a request as its sender would: every signature header of the scheme that the lines have is rewritten in its place and spelling, and where
 * there is none the strongest is added at the end. A signed timestamp becomes `now` (epoch ms), because receivers refuse old ones.
 * @throws RangeError for a scheme that is not in the table.
 */
export function signRequest(input: {
  readonly scheme: string
  readonly headers: readonly Line[]
  readonly body: Uint8Array
  readonly secret: string
  readonly now: number
}): Line[] {
  const scheme = findScheme(input.scheme)
  if (scheme === null) throw new RangeError(`There is no signature scheme "${input.scheme}".`)
  const timestamp = String(Math.floor(input.now / 1000))
  const values = new Map(
    scheme.headers.map((header) => [header.name.toLowerCase(), writeValue(scheme, header, { ...input, timestamp })]),
  )
  const written = new Set<string>()
  const lines = input.headers.flatMap(([name, value]): Line[] => {
    const key = name.toLowerCase()
    const signature = values.get(key)
    if (signature === undefined) return [[name, value]]
    // A header that was repeated, once per secret, has one signature now.
    if (written.has(key)) return []
    written.add(key)
    return [[name, signature]]
  })
  const [strongest] = scheme.headers
  if (written.size > 0 || strongest === undefined) return lines
  return [...lines, [strongest.name, values.get(strongest.name.toLowerCase()) ?? '']]
}

function writeValue(
  scheme: Scheme,
  header: SignatureHeader,
  signed: { readonly body: Uint8Array; readonly secret: string; readonly timestamp: string },
): string {
  const digest = computeDigest(scheme, header, signed).toString('hex')
  const { format } = header
  if (format.kind === 'prefix') return format.prefix + digest
  return `${format.timestampKey}=${signed.timestamp}${format.separator}${format.signatureKey}=${digest}`
}
