import { describe, expect, it } from 'vitest'
import { expressionOf, readSearch } from '../../../../../core/history/search/read-search.ts'

const read = (text: string): string => expressionOf(readSearch(text))

describe('what was typed into a search', () => {
  it('is words that must all be there, of which the last may go on', () => {
    expect(read('push')).toBe('"push" *')
    expect(read('  invoice   paid')).toBe('"invoice" AND "paid" *')
  })

  it('ends in a whole word before a space, a quote or punctuation', () => {
    for (const text of ['push ', '"push"', 'push/']) expect(read(text), text).not.toContain('*')
    expect(read('push/')).toBe('"push/"')
  })

  it('waits for the second letter of a last word, if there is anything else', () => {
    expect(read('cus_N')).toBe('"cus_"')
    expect(read('cus_Nf')).toBe('"cus_Nf" *')
    expect(read('push x')).toBe('"push"')
    expect(read('push x ')).toBe('"push" AND "x"')
    expect(read('x')).toBe('"x"')
  })

  it('takes words in quotes for a phrase, closed or not yet', () => {
    expect(read('"invoice paid" now')).toBe('"invoice paid" AND "now" *')
    expect(read('a "b cd')).toBe('"a" AND "b cd" *')
    expect(readSearch('"invoice paid" x').words).toEqual(['invoice paid', 'x'])
  })

  it('knows no operators: whatever is typed stands for itself', () => {
    expect(read('a OR NOT b*')).toBe('"a" AND "OR" AND "NOT" AND "b*"')
    expect(read('body:x NEAR(y')).toBe('"body:x" AND "NEAR("')
    expect(read('a\u0000bc')).toBe('"a bc" *')
  })

  it('leaves punctuation alone to those who read every row', () => {
    expect(readSearch('/ -> \\').phrases).toEqual([])
    expect(readSearch('/ ->').words).toEqual(['/', '->'])
    expect(read('a -> bc')).toBe('"a" AND "bc" *')
    expect(readSearch('" "')).toEqual({ words: [], phrases: [], open: null })
  })

  it('takes letters of scripts without spaces for a phrase, and the beginning of what is too long', () => {
    expect(read('支払い')).toBe('" 支  払  い "')
    expect(read('x'.repeat(500))).toBe(`"${'x'.repeat(128)}" *`)
  })

  it('has eight words at most', () => {
    expect(readSearch('a b c d e f g h i j').words).toHaveLength(8)
  })
})
