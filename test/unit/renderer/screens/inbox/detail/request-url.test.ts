import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RequestFull } from '../../../../../../protocol/ipc.ts'
import { cutUrl, requestUrl } from '../../../../../../renderer/screens/inbox/detail/request-url.ts'

function urlOf(requestTarget: string, mountBytes: number, inputUrl: string | null = 'https://relay.example/in/1') {
  const request = { requestTarget, mountBytes } as RequestFull['request']
  return requestUrl({ request, inputUrl })
}

describe('the URL of a request', () => {
  test('is the input and what followed it, verbatim', () => {
    expect(urlOf('/in/1/a/../b//c?x=1&x=%20', 5)).toEqual({
      input: 'https://relay.example/in/1',
      rest: '/a/../b//c?x=1&x=%20',
      query: 'x=1&x=%20',
    })
  })

  test('tells a bare question mark from no query', () => {
    expect(urlOf('/in/1?', 5).query).toBe('')
    expect(urlOf('/in/1', 5).query).toBeNull()
  })

  test('is the request target where no input is known', () => {
    expect(urlOf('/made/here', 0, null)).toEqual({ input: '', rest: '/made/here', query: null })
  })
})

describe('a URL too long for two lines', () => {
  test('keeps its start and its end, each at most a line long', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.integer({ min: 4, max: 40 }), (input, rest, columns) => {
        const cut = cutUrl({ input, rest }, columns)
        const whole = input + rest
        if (cut === null) {
          expect(whole.length).toBeLessThanOrEqual(columns * 2)
          return
        }
        const [first, second] = [cut.first.input + cut.first.rest, cut.second.input + cut.second.rest]
        expect(whole.startsWith(first)).toBe(true)
        expect(whole.endsWith(second)).toBe(true)
        expect([first.length, second.length + 1]).toEqual([columns, columns])
      }),
    )
  })

  test('says which part is the input', () => {
    expect(cutUrl({ input: 'https://r/in', rest: '/path/to/it' }, 8)).toEqual({
      first: { input: 'https://', rest: '' },
      second: { input: '', rest: '/to/it'.padStart(7, 'h') },
    })
  })
})
