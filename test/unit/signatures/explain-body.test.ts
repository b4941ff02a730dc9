import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { diagnose, JSON_BODY } from './diagnose.ts'

const PRETTY = JSON.stringify({ name: 'Zoë', url: 'https://a.example/x' }, null, 2)

describe('the body', () => {
  const CRLF = 'a\r\nb\r\n'
  test.each<[string, string | Uint8Array, string | Uint8Array, string]>([
    ['lost its last line break', 'a\n', 'a', 'body-trailing-newline-stripped'],
    ['got a line break', 'a', 'a\n', 'body-trailing-newline-added'],
    ['got blanks around it', '{"a":1}', '  {"a":1}  ', 'body-blanks-added'],
    ['got other line ends', CRLF, 'a\nb\n', 'body-crlf-normalised'],
    ['became an empty object', '', '{}', 'body-reserialised'],
    ['was emptied', '{}', '', 'body-reserialised'],
    ['got a byte order mark', 'a', '\u{feff}a', 'body-bom-added'],
    ['lost its byte order mark', '\u{feff}a', 'a', 'body-bom-stripped'],
    ['was minified', PRETTY, JSON.stringify(JSON.parse(PRETTY)), 'body-reserialised'],
    ['was indented', JSON.stringify(JSON.parse(PRETTY)), PRETTY, 'body-reserialised'],
    ['was spaced as Python does', JSON_BODY, JSON_BODY.replaceAll(/[,:](?!\/)/g, '$& '), 'body-reserialised'],
    ['lost its escapes', String.raw`{"a":"\u00eb\/"}`, '{"a":"ë/"}', 'body-reserialised'],
    ['got its escapes in another case', String.raw`{"a":"\u00EB"}`, String.raw`{"a":"\u00eb"}`, 'body-reserialised'],
    ['was put into a form', '{"a":1}', `payload=${encodeURIComponent('{"a":1}')}`, 'body-form-wrapped'],
    ['was taken out of its form', `payload=${encodeURIComponent('{"a":1}')}`, '{"a":1}', 'body-form-unwrapped'],
    ['was compressed', '{"a":1}', gzipSync('{"a":1}'), 'body-compressed'],
    ['was unpacked', gzipSync('{"a":1}'), '{"a":1}', 'body-decompressed'],
    ['was read as Latin-1', 'Zoë', 'ZoÃ«', 'body-charset-changed'],
    ['was Latin-1 and became UTF-8', Buffer.from('Zoë', 'latin1'), 'Zoë', 'body-charset-changed'],
  ])('that %s is told', (_, before, after, code) => {
    expect(diagnose('github', { signed: { body: before }, body: after })?.code).toBe(code)
  })

  test('that was changed is told with its size and hash', () => {
    expect(diagnose('github', { body: '{}x' })).toMatchObject({
      code: 'mismatch',
      sentence: expect.stringMatching(
        /^Wrong secret, or the body was changed on its way\. It has 3 bytes, sha256 [0-9a-f]{64}\.$/,
      ),
    })
  })

  test('that claims to be tiny and unpacks to gigabytes costs no memory', () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024))
    expect(diagnose('github', { body: bomb })?.code).toBe('mismatch')
    expect(() => gunzipSync(bomb, { maxOutputLength: 1024 })).toThrow('Cannot create a Buffer larger')
  })

  test('that is large is not tried in other forms, so that nobody waits', () => {
    const large = 'a'.repeat(5 * 1024 * 1024)
    expect(diagnose('github', { signed: { body: `${large}\n` }, body: large })?.code).toBe('mismatch')
  })

  test('that has another hash than the one in the URL is told', () => {
    const signed = { url: 'https://a.example/x', headers: [['Content-Type', 'application/json']] as const }
    expect(diagnose('twilio', { signed, body: `${JSON_BODY}\n` })?.code).toBe('body-trailing-newline-added')
    expect(diagnose('twilio', { signed, body: 'no' })?.code).toBe('body-hash-mismatch')
  })
})

describe('the URL', () => {
  const URL_SIGNED = 'https://a.example/hook?b=2&a=1'
  test.each([
    ['http instead of https', 'http://a.example/hook?b=2&a=1', 'url-scheme'],
    ['a slash more', 'https://a.example/hook/?b=2&a=1', 'url-trailing-slash'],
    ['a port', 'https://a.example:8443/hook?b=2&a=1', 'url-port'],
    ['none', null, 'needs-url'],
    ['this computer', 'http://127.0.0.1:3000/hook', 'url-is-local-forward-target'],
  ])('with %s is told', (_, url, code) => {
    expect(diagnose('square', { signed: { url: URL_SIGNED }, url })?.code).toBe(code)
  })

  test('in another order of its query is told', () => {
    const found = diagnose('trello', {
      signed: { url: 'https://a.example/?a=1&b=2' },
      url: 'https://a.example/?b=2&a=1',
    })
    expect(found?.code).toBe('url-query')
  })

  test('in another spelling is told', () => {
    const found = diagnose('trello', { signed: { url: 'https://a.example/%C3%AB' }, url: 'https://a.example/ë' })
    expect(found?.code).toBe('url-encoding')
  })

  test.each([
    ['http://localhost:3000/', 'url-is-local-forward-target'],
    ['https://hooks.example/other', 'url-differs'],
  ])('under which it came to another address of the same person than %s is named', (url, code) => {
    const others = { urls: ['https://relay.example/in/1'] }
    const found = diagnose('square', { signed: { url: 'https://relay.example/in/1' }, url }, others)
    expect(found).toEqual({
      code,
      sentence: `It matches https://relay.example/in/1, but it was judged with ${url}.`,
    })
  })
})
