import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { breakRows, showUnseen, textWidth } from '../../../../renderer/body/visible-text.ts'

describe('rows of a text that is too long for one', () => {
  test('make up the text again, with no row wider than allowed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.integer({ min: 4, max: 30 }), (text, columns) => {
        const breaks = breakRows(text, columns)
        const rows = Array.from(breaks, (start, at) => text.slice(start, breaks[at + 1] ?? text.length))
        expect(rows.join('')).toBe(text)
        for (const row of rows) expect(textWidth(row)).toBeLessThanOrEqual(columns)
      }),
    )
  })

  test('never cut a character that takes two units', () => {
    expect([...breakRows('ab😀😀', 3)]).toEqual([0, 2, 4])
  })
})

describe('characters that cannot be seen', () => {
  test('stand as caps that hold the real ones', () => {
    expect(showUnseen('plain', '\ufeffa\tb\0\udcff\u202e')).toEqual([
      { kind: 'cap', text: 'BOM', real: '\ufeff' },
      { kind: 'plain', text: 'a' },
      { kind: 'cap', text: 'TAB', real: '\t' },
      { kind: 'plain', text: 'b' },
      { kind: 'cap', text: 'NUL', real: '\0' },
      { kind: 'cap', text: 'FF', real: '\udcff' },
      { kind: 'cap', text: 'RLO', real: '\u202e' },
    ])
  })

  test('lose nothing, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const spans = showUnseen('string', text)
        expect(spans.map((span) => span.real ?? span.text).join('')).toBe(text)
      }),
    )
  })

  test('leave emoji alone', () => {
    expect(showUnseen('string', '👩‍💻')).toEqual([{ kind: 'string', text: '👩‍💻' }])
  })
})
