import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  newPart,
  partFacts,
  readMultipart,
  withPartBody,
  withPartName,
  writeMultipart,
  type Multipart,
} from '../../../../renderer/composer/body/multipart.ts'

const BODY = [
  '--b',
  'Content-Disposition: form-data; name="title"',
  '',
  'A \u00e9 title',
  '--b',
  'Content-Disposition: form-data; name="file"; filename="p.png"',
  'Content-Type: image/png',
  '',
  'PNG\u0000\r\n--bogus',
  '--b--',
  '',
].join('\r\n')

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

function read(text: string): Multipart {
  const multipart = readMultipart(bytesOf(text), 'b')
  if (multipart === null) throw new Error('It was not read.')
  return multipart
}

describe('a multipart body', () => {
  it('is read into its parts, with name, file name and type', () => {
    const { parts } = read(BODY)
    expect(parts.map(partFacts)).toEqual([
      { name: 'title', fileName: null, contentType: null },
      { name: 'file', fileName: 'p.png', contentType: 'image/png' },
    ])
    expect(textOf(parts[1]?.body ?? new Uint8Array())).toBe('PNG\u0000\r\n--bogus')
  })

  it.each([
    BODY,
    `a preamble\r\n${BODY}an epilogue`,
    `\r\n${BODY}`,
    BODY.replaceAll('\r\n', '\n'),
    '--b\r\n\r\nno head\r\n--b--',
    '--b  \r\nA: b\r\n\r\npadded\n--b\r\n\r\nother break before\r\n--b--\r\n',
    '--b\r\nA: b\r\n\r\nnever closed',
    '--b--\r\n',
  ])('is the same bytes when it is put together again: %j', (text) => {
    expect(textOf(writeMultipart(read(text)))).toBe(text)
  })

  it('is no parts when the boundary never comes, or a head never ends', () => {
    expect(readMultipart(bytesOf('{"json": true}'), 'b')).toBeNull()
    expect(readMultipart(bytesOf('--b\r\nA: b\r\n--b--'), 'b')).toBeNull()
  })

  it('changes one part and leaves the other alone, byte for byte', () => {
    const { parts, ...rest } = read(BODY)
    const [first, second] = parts
    if (first === undefined || second === undefined) throw new Error('There are two parts.')
    const changed = withPartBody(withPartName(first, 'n"ame'), bytesOf('new'))
    const text = textOf(writeMultipart({ ...rest, parts: [changed, second] }))
    expect(text).toContain('name="n%22ame"\r\n\r\nnew\r\n--b\r\n')
    expect(text.slice(text.indexOf('name="file"'))).toBe(BODY.slice(BODY.indexOf('name="file"')))
  })

  it('takes a new part, also as the first of an empty body and behind one that was never closed', () => {
    const part = withPartBody(withPartName(newPart(), 'a'), bytesOf('1'))
    const empty = { boundary: 'b', preamble: bytesOf(''), parts: [], epilogue: bytesOf('\r\n'), isClosed: true }
    const one = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n'
    expect(textOf(writeMultipart({ ...empty, parts: [part] }))).toBe(one)
    const open = read('--b\r\nA: b\r\n\r\nopen')
    const two = readMultipart(writeMultipart({ ...open, parts: [...open.parts, part] }), 'b')
    expect(two?.parts).toHaveLength(2)
  })

  it('is itself again whatever bytes its parts hold', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 4 }), (bodies) => {
        const parts = bodies.map((body) => withPartBody(newPart(), new Uint8Array(body)))
        const made = writeMultipart({
          boundary: 'xyz',
          preamble: bytesOf(''),
          parts,
          epilogue: bytesOf(''),
          isClosed: true,
        })
        const again = readMultipart(made, 'xyz')
        expect(again).not.toBeNull()
        if (again !== null) expect(writeMultipart(again)).toEqual(made)
      }),
    )
  })
})
