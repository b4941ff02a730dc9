import { describe, expect, test } from 'vitest'
import { readRawHead } from '../../../../relay/ingest/client-error.ts'

const read = (text: string) => readRawHead(Buffer.from(text, 'latin1'), '::ffff:192.0.2.1')

describe('the head of a refused packet', () => {
  test('is read as far as it can be told', () => {
    expect(
      read('POST /in/caf\xe9 HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\nno line\r\nX: a\r\n b\r\n\r\nbody: no\r\n'),
    ).toEqual({
      method: 'POST',
      target: '/in/caf\xe9',
      remote: '192.0.2.1',
      headers: [
        ['Host', 'x'],
        ['Content-Length', '12'],
        ['X', 'a'],
      ],
      bodyBytes: 12,
    })
  })

  test('may be cut off, or have blanks in its target', () => {
    expect(read('FETCH /in/a b HTTP/1.1')).toMatchObject({ method: 'FETCH', target: '/in/a b' })
    expect(read('GET /in/x')).toMatchObject({ target: '/in/x', bodyBytes: null })
  })

  test.each(['', '\r\n', '\x16\x03\x01\x02', 'garbage', '{"a": 1}', 'a b: c d'])('is not guessed from %j', (text) => {
    const head = read(text)
    if (head) expect(head.target.startsWith('/in/')).toBe(false)
  })

  test('is read in a time that grows with its length alone, whatever a stranger writes', () => {
    const blanks = ' '.repeat(60_000)
    const timed = (text: string) => {
      const startedAt = performance.now()
      const head = read(text)
      return { head, ms: performance.now() - startedAt }
    }
    const plain = timed(`POST /in/x HTTP/1.1\r\nA: x${'z'.repeat(60_000)}y\r\n\r\n`)
    const blank = timed(`POST /in/x HTTP/1.1\r\nA: x${blanks}y\r\nB:${blanks}\r\n\r\n`)
    expect(blank.head?.headers).toEqual([
      ['A', `x${blanks}y`],
      ['B', ''],
    ])
    // With a regular expression that tries all ways to end it is 1,500 ms.
    expect(blank.ms).toBeLessThan(plain.ms + 300)
  })

  test('a length that is none is not believed', () => {
    expect(read('POST / HTTP/1.1\r\nContent-Length: 1, 2\r\n\r\n')?.bodyBytes).toBeNull()
  })

  test('without a packet there is none', () => {
    expect(readRawHead(undefined, undefined)).toBeNull()
  })
})
