import { KIB, MIB } from '../../protocol/limits.ts'
import type { Random } from './burst-random.ts'
import { noise } from './hurtful-bodies.ts'
import { randomTrailers, type SentLine } from './random-request-lines.ts'

const EDGES = [1, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1, 256 * KIB - 1, 256 * KIB, 256 * KIB + 1, 512 * KIB + 1] as const
const TEXTS = [
  '{ "n": 1.00, "id": 1234567890123456789 }\n',
  '{"name":"\\u00e9","pair":"\\ud83d\\ude00"}',
  '\ufeff{"with":"a mark"}',
  'a=1&a=&b=%20+%zz&\u00fc',
  '<?xml version="1.0"?><a>\r\n<b/></a>\n',
  '\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n',
] as const

/** A body of any kind and size: mostly small, now and then one at the edge of a piece or of some megabytes. */
export function randomBody(random: Random): Buffer {
  const dice = random.next()
  if (dice < 0.15) return Buffer.alloc(0)
  if (dice < 0.4) return Buffer.from(random.pick([...TEXTS]))
  if (dice < 0.5) return Buffer.from(Uint8Array.from({ length: 256 }, (_, byte) => byte))
  if (dice < 0.54) return noise(random.pick([...EDGES]), random.between(0, 255))
  if (dice < 0.55) return noise(random.between(MIB, 4 * MIB), random.between(0, 255))
  return noise(random.between(1, 4000), random.between(0, 255))
}

/** A body in chunks of random sizes, with extensions and trailers. */
export function chunked(random: Random, body: Buffer): { wire: Buffer; trailers: SentLine[] } {
  const parts: Buffer[] = []
  const largest = Math.max(1, Math.ceil(body.length / random.between(1, 12)))
  for (let at = 0; at < body.length;) {
    const size = Math.min(random.between(1, largest), body.length - at)
    parts.push(Buffer.from(`${chunkSize(random, size)}\r\n`), body.subarray(at, at + size), Buffer.from('\r\n'))
    at += size
  }
  const trailers = randomTrailers(random)
  const lines = trailers.map(({ name, before, value, after }) => `${name}:${before}${value}${after}\r\n`).join('')
  parts.push(Buffer.from(`${random.pick(['0', '000'])}\r\n${lines}\r\n`, 'latin1'))
  return { wire: Buffer.concat(parts), trailers }
}

function chunkSize(random: Random, size: number): string {
  const hex = random.next() < 0.5 ? size.toString(16) : size.toString(16).toUpperCase().padStart(8, '0')
  return hex + random.pick(['', '', '', ';ext', ';name=value', ';q="a; b\\" c";last'])
}
