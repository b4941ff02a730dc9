import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { layOutRaw } from '../../../../renderer/body/body-layout.ts'
import { joinRows } from '../../../../renderer/body/copied-rows.ts'
import { mapRows } from '../../../../renderer/body/row-map.ts'

/** What a selection of everything copies. */
function copied(text: string, columns: number): string {
  const map = mapRows(layOutRaw(text, ''), columns)
  const rows = map.slice(0, map.count)
  return joinRows(
    rows.map(({ spans, continued }) => ({ text: spans.map((span) => span.real ?? span.text).join(''), continued })),
  )
}

describe('rows copied from the raw view', () => {
  test('are the text, whatever ends its lines', () => {
    expect(copied('a\r\n\nb\r\r\nc\n\n\rd', 80)).toBe('a\r\n\nb\r\r\nc\n\n\rd')
  })

  test('are the text at any width', () => {
    const unit = fc.constantFrom('a', ' ', '\n', '\r', '\t', '漢')
    fc.assert(
      fc.property(fc.string({ unit }), fc.integer({ min: 4, max: 20 }), (text, columns) => {
        expect(copied(text, columns)).toBe(text)
      }),
    )
  })
})
