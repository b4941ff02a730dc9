import { describe, expect, test } from 'vitest'
import type { HeaderLine } from '../../../../../../protocol/request.ts'
import {
  contentEncoding,
  duplicateNote,
  isHopByHop,
  maskedValue,
  messageHead,
} from '../../../../../../renderer/screens/inbox/detail/message-head.ts'

const lines: HeaderLine[] = [
  ['Host', 'a'],
  ['X-Forwarded-For', '1'],
  ['x-forwarded-for', '2'],
  ['Connection', 'close, X-Once'],
  ['x-once', ''],
]

describe('header lines', () => {
  test('make up the head of a message as it was received', () => {
    expect(messageHead('POST /x HTTP/1.1', lines.slice(0, 2))).toBe(
      'POST /x HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1\r\n\r\n',
    )
  })

  test('tell which of several of one name they are', () => {
    expect(lines.map((_, at) => duplicateNote(lines, at))).toEqual([null, '1 of 2', '2 of 2, kept apart', null, null])
  })

  test('are for one connection when they are known to be, or named by Connection', () => {
    expect(lines.map(([name]) => isHopByHop(lines, name))).toEqual([false, false, false, true, true])
  })

  test.each<[HeaderLine, string | null]>([
    [['Authorization', 'Basic aGk6eW91'], 'Basic ••••••••'],
    [['authorization', 'opaque'], '••••••••'],
    [['Cookie', 'sid=1234; theme=dark'], 'sid=••••••••; theme=••••••••'],
    [['X-Note', 'Basic aGk6eW91'], null],
  ])('hide what opens doors: %j', (line, shown) => {
    expect(maskedValue(line)).toBe(shown)
  })
})

describe('the encoding of a body', () => {
  test('is what the sender says, in order, and none for identity', () => {
    expect(contentEncoding([['content-encoding', 'gzip, br']])).toBe('gzip, br')
    expect(
      contentEncoding([
        ['Content-Encoding', 'gzip'],
        ['CONTENT-ENCODING', ' identity'],
      ]),
    ).toBe('gzip')
    expect(contentEncoding([['Content-Encoding', 'identity']])).toBeNull()
    expect(contentEncoding([])).toBeNull()
  })
})
