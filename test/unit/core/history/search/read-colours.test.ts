import { describe, expect, it } from 'vitest'
import { readColours } from '../../../../../core/history/search/read-colours.ts'

describe('the colours of a search', () => {
  it.each([
    ['colour:4', [4], ''],
    ['COLOR:1 refund', [1], ' refund'],
    ['refund colour:2', [2], 'refund '],
    ['colour:2 colour:3 colour:2', [2, 3], '  '],
    ['"colour:4"', [], '"colour:4"'],
    ['colour:0 colour:6 colour: xcolour:1 colour:12', [], 'colour:0 colour:6 colour: xcolour:1 colour:12'],
    ['"an open quote colour:1', [], '"an open quote colour:1'],
    ['', [], ''],
  ])('are taken out of %s, and leave the rest', (text, colours, rest) => {
    expect(readColours(text)).toEqual({ colours, text: rest })
  })
})
