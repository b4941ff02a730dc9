// oxlint-disable-next-line no-restricted-imports -- of Node's, besides crypto, only the CRC and gzip are wanted
import { crc32 as zlibCrc32, gunzipSync, gzipSync } from 'node:zlib'

const MOST_INFLATED_BYTES = 16 * 1024 * 1024

/** CRC-32 (IEEE), unsigned. */
export function crc32(bytes: Uint8Array): number {
  return zlibCrc32(bytes)
}

export function gzip(bytes: Uint8Array): Buffer {
  return gzipSync(bytes)
}

/** What was compressed, up to 16 MiB; null when it is no gzip, or more. */
export function gunzip(bytes: Uint8Array): Buffer | null {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return null
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_INFLATED_BYTES })
  } catch {
    // Hostile or cut off: there is nothing to compare with then.
    return null
  }
}
