import { brotliDecompressSync, constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib'

/** Codings of which one body may have several, one around the other. */
const CODINGS_MAX = 3
/** The shortest beginning of a body that is tried: what still gives more than asked for is a bomb. */
const SHORTEST_INPUT = 64

type Inflate = (bytes: Uint8Array, maxOutputLength: number) => Buffer

// Whatever was inflated until the end of what there is counts: the beginning of a body has no end of its stream.
const zlib = { finishFlush: constants.Z_SYNC_FLUSH }
const inflates: Readonly<Record<string, Inflate>> = {
  gzip: (bytes, maxOutputLength) => gunzipSync(bytes, { ...zlib, maxOutputLength }),
  deflate: (bytes, maxOutputLength) =>
    hasZlibHead(bytes)
      ? inflateSync(bytes, { ...zlib, maxOutputLength })
      : inflateRawSync(bytes, { ...zlib, maxOutputLength }),
  br: (bytes, maxOutputLength) =>
    brotliDecompressSync(bytes, { finishFlush: constants.BROTLI_OPERATION_FLUSH, maxOutputLength }),
}

/**
 * The beginning of a body without its codings, at least `wanted` bytes where there are so many and at most four times as many, however large it would
 * become. Null for codings that are unknown, and for bytes that are not what their coding says.
 */
export function inflateBeginning(bytes: Uint8Array, contentEncoding: string | null, wanted: number): Uint8Array | null {
  const codings = codingsOf(contentEncoding)
  if (codings.length > CODINGS_MAX) return null
  let inflated = bytes
  for (const coding of codings.toReversed()) {
    const inflate = inflates[coding]
    const next = inflate === undefined ? null : inflateBounded(inflate, inflated, wanted)
    if (next === null) return null
    inflated = next
  }
  return inflated
}

function codingsOf(contentEncoding: string | null): string[] {
  return (contentEncoding ?? '')
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim().replace(/^x-/, ''))
    .filter((coding) => coding !== '' && coding !== 'identity')
}

/** zlib gives nothing of what is larger than asked for, so that shorter beginnings are tried until one is not. */
function inflateBounded(inflate: Inflate, bytes: Uint8Array, wanted: number): Uint8Array | null {
  for (let length = Math.min(bytes.length, wanted); length > 0; length = Math.floor(length / 2)) {
    try {
      return inflate(bytes.subarray(0, length), wanted * 4)
    } catch (error) {
      if (!isTooLarge(error)) return null
      if (length < SHORTEST_INPUT) return null
    }
  }
  return null
}

function isTooLarge(error: unknown): boolean {
  return error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
}

/** "deflate" means with zlib's head, but some senders leave it out. */
function hasZlibHead(bytes: Uint8Array): boolean {
  const [first = 0, second = 0] = bytes
  return (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0
}
