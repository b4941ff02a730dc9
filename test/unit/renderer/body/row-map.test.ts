import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { layOutPretty, layOutRaw } from '../../../../renderer/body/body-layout.ts'
import { mapRows } from '../../../../renderer/body/row-map.ts'
import type { VisualRow } from '../../../../renderer/body/visual-row.ts'

/** What copying these rows gives: caps hold the real characters, rows of one line are joined. */
function textOfRows(rows: readonly VisualRow[]): string {
  return rows.flatMap((row) => row.spans.map((span) => span.real ?? span.text)).join('')
}

describe('rows of the raw view', () => {
  test('hold every character of the text at any width, but for the LF that ends a line', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', ' ', '\n', '\r', '\t', '漢', '\0', '\ud83d\ude00') }),
        fc.integer({ min: 4, max: 20 }),
        (text, columns) => {
          const layout = layOutRaw(text, '')
          const map = mapRows(layout, columns)
          const rows = map.slice(0, map.count)
          expect(rows).toHaveLength(map.count)
          expect(textOfRows(rows)).toBe(text.replace(/(?<!\r)\n/g, ''))
        },
      ),
    )
  })

  test('are the same whether asked for at once or one by one', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 60 })), (lines) => {
        const map = mapRows(layOutRaw(lines.join('\n'), ''), 10)
        const single = Array.from({ length: map.count }, (_, at) => map.slice(at, at + 1)).flat()
        expect(single).toEqual(map.slice(0, map.count))
      }),
    )
  })

  test('begin with the head of the message when it is asked for', () => {
    const map = mapRows(layOutRaw('{"a":1}', 'POST /x HTTP/1.1\r\nHost: a\r\n\r\n'), 80)
    expect(map.slice(0, 9)).toMatchObject([
      { line: 1, spans: [{ kind: 'strong', text: 'POST /x HTTP/1.1' }] },
      {
        line: 2,
        spans: [
          { kind: 'key', text: 'Host' },
          { kind: 'plain', text: ': a' },
        ],
      },
      { line: 3, spans: [], ruled: false },
      { line: 4, spans: [{ kind: 'plain', text: '{"a":1}' }], ruled: true },
    ])
  })

  test('show a line of two million characters a screenful at a time', () => {
    const map = mapRows(layOutRaw('A'.repeat(2_000_000), ''), 100)
    expect(map.count).toBe(20_000)
    expect(map.slice(19_999, 20_000)).toMatchObject([{ line: 1, continued: true, spans: [{ text: 'A'.repeat(100) }] }])
  })
})

describe('rows of the pretty view', () => {
  test('continue under the indent of their line and name its value once', () => {
    const map = mapRows(layOutPretty(`{"a":{"b":"${'x'.repeat(50)}"}}`, 'json'), 40)
    const rows = map.slice(0, map.count)
    expect(rows.map((row) => [row.line, row.continued, row.indent, row.hasValue])).toEqual([
      [1, false, 0, true],
      [2, false, 2, true],
      [3, false, 4, true],
      [3, true, 4, false],
      [4, false, 2, false],
      [5, false, 0, false],
    ])
  })

  test('keep room for words however deep they lie', () => {
    const map = mapRows(layOutPretty(`${'['.repeat(200)}1${']'.repeat(200)}`, 'json'), 60)
    expect(Math.max(...map.slice(0, map.count).map((row) => row.indent))).toBe(36)
  })
})
