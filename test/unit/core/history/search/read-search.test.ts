import { describe, expect, it } from 'vitest'
import { readSearch } from '../../../../../core/history/search/read-search.ts'

const expressionOf = (text: string): string | null => readSearch(text).expression

describe('what was typed into a search', () => {
  it('is words that must all be there, of which the last may go on', () => {
    expect(expressionOf('push')).toBe('"push" *')
    expect(expressionOf('  invoice   paid')).toBe('"invoice" AND "paid" *')
  })

  it('ends in a whole word before a space, a quote or punctuation', () => {
    for (const text of ['push ', '"push"', 'push/']) expect(expressionOf(text), text).not.toContain('*')
    expect(expressionOf('push/')).toBe('"push/"')
  })

  it('takes words in quotes for a phrase, closed or not yet', () => {
    expect(expressionOf('"invoice paid" now')).toBe('"invoice paid" AND "now" *')
    expect(expressionOf('a "b c')).toBe('"a" AND "b c" *')
    expect(readSearch('"invoice paid" x').words).toEqual(['invoice paid', 'x'])
  })

  it('knows no operators: whatever is typed stands for itself', () => {
    expect(expressionOf('a OR NOT b*')).toBe('"a" AND "OR" AND "NOT" AND "b*"')
    expect(expressionOf('body:x NEAR(y')).toBe('"body:x" AND "NEAR(y" *')
    expect(expressionOf('a\u0000b')).toBe('"a b" *')
  })

  it('leaves punctuation alone to those who read every row', () => {
    expect(expressionOf('/ -> \\')).toBeNull()
    expect(readSearch('/ ->').words).toEqual(['/', '->'])
    expect(expressionOf('a -> b')).toBe('"a" AND "b" *')
    expect(readSearch('" "')).toEqual({ words: [], expression: null })
  })

  it('takes letters of scripts without spaces for a phrase, and the beginning of what is too long', () => {
    expect(expressionOf('支払い')).toBe('" 支  払  い " *')
    expect(expressionOf('x'.repeat(500))).toBe(`"${'x'.repeat(128)}" *`)
  })

  it('has eight words at most', () => {
    expect(readSearch('a b c d e f g h i j').words).toHaveLength(8)
  })
})
