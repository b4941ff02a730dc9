import { describe, expect, it } from 'vitest'
import { readDraftUrl } from '../../../../core/compose/draft-url.ts'
import { toWireTarget, toWireText } from '../../../../core/compose/wire-text.ts'

function read(text: string): string | { problem: string } {
  const url = readDraftUrl(text)
  return 'problem' in url ? { problem: url.problem } : `${url.address.origin} ${url.target} ${url.fragment}`.trim()
}

describe('the URL of a draft', () => {
  it.each([
    ['http://localhost:3000/hooks?a=1', 'http://localhost:3000 /hooks?a=1'],
    ['HTTPS://Example.test', 'https://example.test /'],
    ['localhost:3000/x', 'http://localhost:3000 /x'],
    ['3000', 'http://localhost:3000 /'],
    ['3000/x?y', 'http://localhost:3000 /x?y'],
    [':8080/x', 'http://localhost:8080 /x'],
    ['http://[::1]:3000?x', 'http://[::1]:3000 /?x'],
    ['http://a/b/../c//d?x=%zz&&y#part', 'http://a /b/../c//d?x=%zz&&y #part'],
    ['http://b\u00fccher.test/\u00fc', 'http://xn--bcher-kva.test /\u00fc'],
    ['  http://a/x  ', 'http://a /x'],
    ['http://a/?q=http://user@b/', 'http://a /?q=http://user@b/'],
  ])('%s is understood as it is written', (text, expected) => {
    expect(read(text)).toBe(expected)
  })

  it.each([
    ['', 'no URL yet'],
    ['ftp://a/', 'cannot be sent by ftp'],
    ['http://user:pw@a/', 'user name or password'],
    ['user@a/', 'user name or password'],
    ['http://a:0/', '0 is no port'],
    ['http://a:65536/', '65536 is no port'],
    ['99999', '99999 is no port'],
    ['http:///x', 'not a URL'],
    ['http://a b/', 'not a URL'],
    ['http://127.0.0.300/', 'not a URL'],
    ['/only/a/path', 'not a URL'],
  ])('%s is refused', (text, problem) => {
    expect(read(text)).toEqual({ problem: expect.stringContaining(problem) })
  })
})

describe('text that is not ASCII', () => {
  it('goes as UTF-8 where it was typed, and as it came where it was there', () => {
    expect(toWireText('caf\u00e9', '')).toBe('caf\u00c3\u00a9')
    expect(toWireText('caf\u00e9', 'X: a\u00e9b')).toBe('caf\u00e9')
    // Part of what was there is not what was there.
    expect(toWireText('\u00e9', '\u00c3\u00e9')).toBe('\u00c3\u00a9')
    expect(toWireTarget('/\u00e9 \u{1f4a5}', '')).toBe('/%C3%A9%20%F0%9F%92%A5')
    expect(toWireTarget('/\u00c3\u00a9/\u00e9', '/\u00c3\u00a9')).toBe('/\u00c3\u00a9/%C3%A9')
  })
})
