import { createCipheriv } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { MAX_BODY_BYTES, MIB } from '../../protocol/limits.ts'

/** A body that programs which read what they pass on are known to change. */
export type HurtfulBody = {
  readonly name: string
  readonly contentType: string | null
  /** Its Content-Encoding, where it has one. */
  readonly encoding?: string
  readonly body: Buffer
}

function fixture(name: string): Buffer {
  return readFileSync(new URL(`../fixtures/bodies/${name}.bin`, import.meta.url))
}

/** Bytes without any pattern, the same each time. */
export function noise(bytes: number, seed = 0): Buffer {
  const key = Buffer.alloc(16, seed & 0xff)
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(bytes))
}

/** One line of JSON of just so many bytes, which a viewer must not choke on. */
function oneLine(bytes: number): Buffer {
  const items = Math.floor((bytes - 12) / 24)
  const text = `{"list":[${Array.from({ length: items }, (_, n) => `{"n":${String(n).padStart(17, '1')}}`).join(',')}]}`
  return Buffer.from(text.padEnd(bytes, ' '))
}

/** The 17 bodies that must come through as they are: small ones stand in `test/fixtures/bodies`, long ones are made. */
export function hurtfulBodies(): HurtfulBody[] {
  const json = 'application/json'
  return [
    { name: 'decimals like 1.00', contentType: json, body: fixture('decimals') },
    { name: '19-digit integers', contentType: json, body: fixture('long-integers') },
    { name: '\\u escapes', contentType: json, body: fixture('escapes') },
    { name: 'odd blanks and a trailing newline', contentType: json, body: fixture('trailing-newline') },
    { name: 'duplicate keys', contentType: json, body: fixture('duplicate-keys') },
    { name: 'a byte order mark', contentType: json, body: fixture('byte-order-mark') },
    { name: 'latin-1', contentType: 'application/json; charset=iso-8859-1', body: fixture('latin-1') },
    { name: 'bytes that are no UTF-8', contentType: json, body: fixture('no-utf-8') },
    { name: 'gzip', contentType: json, encoding: 'gzip', body: fixture('gzip') },
    {
      name: 'multipart with a file',
      contentType: 'multipart/form-data; boundary=x-Boundary--7MA',
      body: fixture('multipart'),
    },
    { name: 'a form', contentType: 'application/x-www-form-urlencoded', body: fixture('form') },
    { name: 'XML', contentType: 'application/xml', body: fixture('xml') },
    { name: 'protobuf', contentType: 'application/x-protobuf', body: fixture('protobuf') },
    {
      name: '0x00 to 0xFF',
      contentType: 'application/octet-stream',
      body: Buffer.from(Uint8Array.from({ length: 256 }, (_, byte) => byte)),
    },
    { name: 'nothing', contentType: null, body: Buffer.alloc(0) },
    { name: '25 MB', contentType: 'application/octet-stream', body: noise(MAX_BODY_BYTES) },
    { name: 'a single line of 2 MB', contentType: json, body: oneLine(2 * MIB) },
  ]
}
