import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diffLines } from '../../../../renderer/composer/body/line-diff.ts'

describe('comparing two texts by lines', () => {
  it('finds nothing in the same text', () => {
    expect(diffLines('a\nb', 'a\nb')).toEqual({ lines: [], removedLines: [], addedLines: [] })
  })

  it('tells which part of a replaced line is new, grown to whole words', () => {
    const diff = diffLines('{\n  "amount": 4200,\n}', '{\n  "amount": 2400.00,\n}')
    expect(diff.lines).toEqual([{ line: 1, from: '  "amount": '.length, to: '  "amount": 2400.00'.length }])
    expect(diff.removedLines).toEqual(['  "amount": 4200,'])
    expect(diff.addedLines).toEqual(['  "amount": 2400.00,'])
  })

  it('finds lines that came in, and lines that went, between others', () => {
    const diff = diffLines('a\nb\nc\nd\ne', 'a\nX\nb\nd\ne\nf')
    expect(diff.addedLines).toEqual(['X', 'f'])
    expect(diff.removedLines).toEqual(['c'])
    expect(diff.lines.map(({ line }) => line)).toEqual([1, 5])
  })

  it('takes texts with thousands of differences as one block, and ends', () => {
    const before = Array.from({ length: 3000 }, (_, at) => `old ${at}`).join('\n')
    const after = Array.from({ length: 3000 }, (_, at) => `new ${at}`).join('\n')
    expect(diffLines(before, after).addedLines).toHaveLength(3000)
  })

  it('makes the one text out of the other: what is kept and added is the new one, what is kept and removed the old one', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 }).map((lines) => lines.join('\n'))
    fc.assert(
      fc.property(text, text, (before, after) => {
        const diff = diffLines(before, after)
        const changed = new Set(diff.lines.map(({ line }) => line))
        const lines = after.split('\n')
        if (before === after) return
        expect(lines.filter((_, at) => changed.has(at))).toEqual(diff.addedLines)
        const kept = lines.filter((_, at) => !changed.has(at))
        expect(kept.length + diff.removedLines.length).toBe(before.split('\n').length)
        expect([...kept, ...diff.removedLines].toSorted()).toEqual(before.split('\n').toSorted())
      }),
    )
  })
})
