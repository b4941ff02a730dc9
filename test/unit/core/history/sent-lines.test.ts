import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldLines, unfoldLines, type StoredLine } from '../../../../core/history/sent-lines.ts'
import type { HeaderLine } from '../../../../protocol/request.ts'

const line: fc.Arbitrary<HeaderLine> = fc.tuple(
  fc.constantFrom('Accept', 'accept', '1', 'X-Forwarded-For', 'Set-Cookie'),
  fc.string({ maxLength: 12 }),
)
/** A request's own lines, and what was sent of them: any of them, in any order, with others between. */
const sending = fc
  .array(line, { maxLength: 12 })
  .chain((own) =>
    fc.tuple(fc.constant(own), fc.array(fc.oneof(line, ...own.map((one) => fc.constant(one))), { maxLength: 20 })),
  )

function stored(sent: readonly HeaderLine[], own: readonly HeaderLine[]): StoredLine[] {
  return JSON.parse(JSON.stringify(foldLines(sent, own))) as StoredLine[]
}

describe('lines that were sent', () => {
  it('are the same, in the same order, once they were stored and read', () => {
    fc.assert(
      fc.property(sending, ([own, sent]) => {
        expect(unfoldLines(stored(sent, own), own)).toEqual(sent)
      }),
    )
  })

  it('are stored by their places where they are the own lines of the request, in runs', () => {
    const own: HeaderLine[] = [
      ['Host', 'a.example'],
      ['Accept', '*/*'],
      ['Content-Length', '2'],
      ['X-Event', 'push'],
      ['X-Event', 'again'],
    ]
    const [, accept, , push, again] = own as [HeaderLine, HeaderLine, HeaderLine, HeaderLine, HeaderLine]
    expect(stored([['host', 'localhost'], accept, push, again, ['content-length', '2']], own)).toEqual([
      ['host', 'localhost'],
      [1, 1],
      [3, 2],
      ['content-length', '2'],
    ])
    expect(stored(own, own)).toEqual([[0, 5]])
  })

  it('are read as they stand where an earlier version stored them whole', () => {
    const sent: HeaderLine[] = [
      ['host', 'localhost'],
      ['1', '2'],
    ]
    expect(unfoldLines(JSON.parse(JSON.stringify(sent)) as StoredLine[], [['Accept', '*/*']])).toEqual(sent)
  })
})
