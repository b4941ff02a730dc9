import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodePairs } from '../../../../renderer/body/decode-pairs.ts'

describe('pairs of a query or form', () => {
  test('keep order, duplicates and empty pieces', () => {
    const pairs = decodePairs('b=2&a=1&b=%20&&c')
    expect(pairs.map(({ name, value, hasEquals }) => [name, value, hasEquals])).toEqual([
      ['b', '2', true],
      ['a', '1', true],
      ['b', ' ', true],
      ['', '', false],
      ['c', '', false],
    ])
  })

  test('decode as URLSearchParams does where everything is UTF-8', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }))), (list) => {
        const query = new URLSearchParams(list.filter(([name, value]) => name !== '' || value !== '')).toString()
        fc.pre(query !== '')
        const decoded = decodePairs(query).map(({ name, value }) => [name, value])
        expect(decoded).toEqual([...new URLSearchParams(query)])
      }),
    )
  })

  test('make up the text again from what was received', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-c=&%+20]{1,30}$/), (text) => {
        expect(
          decodePairs(text)
            .map((pair) => pair.raw)
            .join('&'),
        ).toBe(text)
      }),
    )
  })

  test('say what decoding did', () => {
    expect(decodePairs('text=staging+--tag+%22v2.4+rc%22')[0]).toMatchObject({
      value: 'staging --tag "v2.4 rc"',
      decoding: '+ and %22 decoded',
    })
    expect(decodePairs('note=Z%FCrich')[0]).toMatchObject({
      value: 'Zürich',
      decoding: '%FC decoded; received as note=Z%FCrich, read as latin-1',
    })
    expect(decodePairs('a=100%')[0]).toMatchObject({
      value: '100%',
      decoding: 'a % without two hex digits was left as it is',
    })
    expect(decodePairs('a=b')[0]).toMatchObject({ decoding: null })
  })
})
