import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeBody, describeCharset } from '../../../../renderer/body/charset.ts'

const encoder = new TextEncoder()
const bytesOf = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes)

/** Back to bytes: what UTF-8 and the stand-ins of bytes that are no text came from. */
function encodeAgain(text: string): number[] {
  return Array.from(text).flatMap((character) => {
    const code = character.codePointAt(0) ?? 0
    return code >= 0xdc80 && code <= 0xdcff ? [code - 0xdc00] : [...encoder.encode(character)]
  })
}

describe('decoding a body', () => {
  test('of UTF-8 loses no byte, even where they are no text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        fc.pre(!(bytes[0] === 0xff && bytes[1] === 0xfe) && !(bytes[0] === 0xfe && bytes[1] === 0xff))
        expect(encodeAgain(decodeBody(bytes, 'text/plain; charset=utf-8').text)).toEqual([...bytes])
      }),
    )
  })

  test('of UTF-8 loses no byte of a long mixture of characters of every length and bytes that are none', () => {
    const pieces = fc
      .constantFrom('a', '\u00e9', '漢', '\ud83d\ude00', '\ufffd')
      .map((text) => [...encoder.encode(text)])
    const piece = fc.oneof(
      pieces,
      fc.integer({ min: 0x80, max: 0xff }).map((byte) => [byte]),
    )
    fc.assert(
      fc.property(fc.array(piece, { minLength: 6000, maxLength: 9000, size: 'max' }), (mixture) => {
        const bytes = [0xff, ...mixture.flat()]
        fc.pre(bytes[1] !== 0xfe)
        expect(encodeAgain(decodeBody(Uint8Array.from(bytes), null).text)).toEqual(bytes)
      }),
      { numRuns: 10 },
    )
  })

  test('counts the bytes that are not UTF-8', () => {
    const body = decodeBody(bytesOf(0x61, 0x00, 0xff, 0xfe, 0xc3, 0xbc), null)
    expect(body).toMatchObject({ text: 'a\0\udcff\udcfeü', badBytes: 2 })
    expect(describeCharset(body)).toBe('UTF-8, but 2 bytes are not')
  })

  test('follows the charset of the content type', () => {
    const body = decodeBody(bytesOf(0x5a, 0xfc, 0x72), 'text/plain; charset="ISO-8859-1"')
    expect(body).toMatchObject({ text: 'Zür', badBytes: 0 })
    expect(describeCharset(body)).toBe('latin-1 (windows-1252)')
  })

  test('follows a byte order mark before the content type, and keeps it', () => {
    const body = decodeBody(bytesOf(0xff, 0xfe, 0x61, 0x00), 'text/plain; charset=utf-8')
    expect(body).toMatchObject({ text: '\ufeffa', charset: 'utf-16le' })
  })

  test("follows XML's own declaration", () => {
    const xml = [...encoder.encode('<?xml version="1.0" encoding="iso-8859-2"?><a>'), 0xb1]
    expect(decodeBody(Uint8Array.from(xml), 'application/xml').text.endsWith('ą')).toBe(true)
  })

  test('says so when nobody knows the charset', () => {
    const body = decodeBody(encoder.encode('é'), 'text/plain; charset=klingon')
    expect(body.text).toBe('é')
    expect(describeCharset(body)).toBe('charset "klingon" is not known, read as UTF-8')
  })
})
