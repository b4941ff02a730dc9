import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { projectItem, type Projection, type SearchedItem } from '../../../../../core/history/search/projection.ts'
import { KIB, MIB } from '../../../../../protocol/limits.ts'

type Given = Partial<Omit<SearchedItem, 'headers' | 'trailers' | 'detail' | 'body'>> & {
  readonly headers?: readonly (readonly [string, string])[]
  readonly trailers?: readonly (readonly [string, string])[]
  readonly detail?: unknown
  readonly body?: string | Uint8Array
}

function project({ headers = [], trailers, detail, body, ...item }: Given): Projection {
  return projectItem({
    id: 1,
    method: 'POST',
    requestTarget: '/in/4b2f/hooks',
    mountBytes: 8,
    provider: null,
    event: null,
    contentType: null,
    ...item,
    detail: detail === undefined ? null : JSON.stringify(detail),
    headers: Buffer.from(JSON.stringify(headers)),
    trailers: trailers === undefined ? null : Buffer.from(JSON.stringify(trailers)),
    body: body === undefined ? null : Buffer.from(body),
  })
}

function bodyText(body: string | Uint8Array, contentType: string | null, contentEncoding?: string): string {
  const headers = contentEncoding === undefined ? [] : [['Content-Encoding', contentEncoding] as const]
  return project({ body, contentType, headers }).body
}

describe('what is indexed of a head', () => {
  it('is method, sender, event, and why a relay refused or lost something', () => {
    expect(project({ provider: 'stripe', event: 'invoice.paid' }).about).toBe('POST\nstripe\ninvoice.paid')
    const rejected = { status: 413, reason: 'body is over the limit', bodyBytes: 9 }
    expect(project({ detail: { kind: 'rejected', rejected } }).about).toBe('POST\nbody is over the limit')
    const gap = { count: 2, fromSeq: 1, toSeq: 2, from: 1, to: 2, reason: 'expired' }
    expect(project({ detail: { kind: 'gap', gap } }).about).toBe('POST\nexpired')
  })

  it('is the path behind the input, as it was sent and decoded', () => {
    const target = (rest: string): string => project({ requestTarget: `/in/4b2f${rest}` }).target
    expect(target('/hooks')).toBe('/hooks')
    expect(target('/caf%C3%A9/x?q=a+b&n=%22c%22')).toBe('/caf%C3%A9/x?q=a+b&n=%22c%22\n/café/x\nq=a b\nn="c"')
    expect(target('/100%zz')).toBe('/100%zz\n/100%zz')
    expect(target(Buffer.from('/café').toString('latin1'))).toBe('/café')
    expect(target('/caf\u00e9')).toBe('/café')
  })

  it('is the values of its lines in the charset that their bytes are in, and neither names nor signatures', () => {
    const headers = [
      ['X-Topic', 'orders/create'],
      ['X-Hub-Signature-256', 'sha256=0011'],
      ['X-Shopify-Hmac-Sha256', 'AAEC'],
      ['X-Utf8', Buffer.from('naïve').toString('latin1')],
      ['X-Latin', 'na\u00efve'],
    ] as const
    const { headers: text } = project({ headers, trailers: [['X-Sum', 'abc']] })
    expect(text).toBe('orders/create\nnaïve\nnaïve\nabc\n')
  })

  it('is no more than 16 KiB of lines, however many there are', () => {
    const headers = Array.from({ length: 1000 }, (_, n) => [`x-${n}`, 'v'.repeat(100).concat(' ').repeat(60)] as const)
    expect(project({ headers }).headers.length).toBeLessThanOrEqual(16 * KIB)
  })
})

describe('what is indexed of a body', () => {
  it('is JSON with its escapes resolved, also where it is cut off or not called JSON', () => {
    const json = String.raw`{"name":"Zo\u00eb \"Q\"","path":"a\/b\\c","emoji":"\ud83d\ude00","lines":"one\ntwo\tthree"}`
    const read = '{"name":"Zoë "Q"","path":"a/b\\c","emoji":"😀","lines":"one\ntwo\tthree"}'
    for (const type of ['application/json', 'application/vnd.api+json; charset=utf-8', 'text/plain', null])
      expect(bodyText(json, type)).toBe(read)
    expect(bodyText(String.raw`{"a":"\u00e9`, 'application/json')).toBe('{"a":"é')
    expect(bodyText('{"a":"x\\', 'application/json')).toBe('{"a":"x\\')
  })

  it('is found at any depth', () => {
    const deep = `${'['.repeat(30_000)}"needle"`
    expect(bodyText(deep, 'application/json')).toContain('"needle"')
    expect(bodyText('{"a":'.repeat(10_000), 'application/json')).toHaveLength(50_000)
  })

  it('is the pairs of a form, decoded, and JSON in them unescaped', () => {
    const form = `a=1+2&payload=${encodeURIComponent(String.raw`{"text":"caf\u00e9"}`)}&bad=%zz%ff`
    expect(bodyText(form, 'application/x-www-form-urlencoded')).toBe('a=1 2\npayload={"text":"café"}\nbad=%zz\ufffd')
  })

  it('is markup with its entities resolved', () => {
    const xml = '<a>R&amp;D &#233;&#xe9; &nbsp;&lt;b&gt; &unknown; &#9999999;</a>'
    expect(bodyText(xml, 'application/xml')).toBe('<a>R&D éé  <b> &unknown; &#9999999;</a>')
    expect(bodyText('<p>caf&#233;</p>', 'text/html')).toBe('<p>café</p>')
  })

  it('is the text in a multipart body with the names of its files, and none of their bytes', () => {
    const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3, 4, 5, 0xff, 0xfe])
    const part = (head: string, content: string | Buffer): Buffer =>
      Buffer.concat([Buffer.from(`--X\r\n${head}\r\n\r\n`), Buffer.from(content), Buffer.from('\r\n')])
    const body = Buffer.concat([
      part('Content-Disposition: form-data; name="subject"', 'Grüße'),
      part('Content-Disposition: form-data; name="f"; filename="bild.png"\r\nContent-Type: image/png', png),
      part('Content-Disposition: form-data; name="j"\r\nContent-Type: application/json', String.raw`{"k":"\u00fc"}`),
      Buffer.from('--X--\r\n'),
    ])
    const text = bodyText(body, 'multipart/form-data; boundary="X"')
    for (const word of ['subject', 'Grüße', 'bild.png', '{"k":"ü"}']) expect(text).toContain(word)
    expect(text).not.toContain('PNG')
    expect(bodyText(body, 'multipart/form-data')).toBe('')
    expect(bodyText('--a--', 'multipart/mixed; boundary=')).toBe('')
  })

  it('is read in the charset that it names, marks or shows', () => {
    const latin = Buffer.from('{"a":"café"}', 'latin1')
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('café', 'utf16le')])
    expect(bodyText(latin, 'application/json; charset=iso-8859-1')).toBe('{"a":"café"}')
    expect(bodyText(latin, 'application/json')).toBe('{"a":"café"}')
    expect(bodyText(utf16, 'text/plain')).toBe('café')
    expect(bodyText(Buffer.from(utf16).swap16(), 'text/plain; charset=utf-8')).toBe('café')
    expect(bodyText(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('café')]), null)).toBe('café')
    expect(bodyText(Buffer.from([0x83, 0x65, 0x83, 0x58]), 'text/plain; charset="Shift_JIS"')).toBe(' テ  ス ')
    expect(bodyText('café', 'text/plain; charset=klingon')).toBe('café')
    const xml = Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>café</a>', 'latin1')
    expect(bodyText(xml, 'application/xml')).toContain('café')
    expect(bodyText(Buffer.from('caf\u00e9 au lait', 'latin1'), 'text/plain; charset=utf-8')).toBe('caf\ufffd au lait')
    // A letter that was cut in two at the end makes no latin-1 of the rest.
    expect(bodyText(Buffer.from('grand café').subarray(0, 10), 'text/plain')).toBe('grand caf\ufffd')
  })

  it('is inflated, in whatever order it was packed', () => {
    const text = 'one two three'
    expect(bodyText(gzipSync(text), 'text/plain', 'gzip')).toBe(text)
    expect(bodyText(gzipSync(text), 'text/plain', 'X-GZip')).toBe(text)
    expect(bodyText(deflateSync(text), 'text/plain', 'deflate')).toBe(text)
    expect(bodyText(deflateRawSync(text), 'text/plain', 'deflate')).toBe(text)
    expect(bodyText(brotliCompressSync(text), 'text/plain', 'br')).toBe(text)
    expect(bodyText(brotliCompressSync(gzipSync(text)), 'text/plain', 'gzip, identity, br')).toBe(text)
    expect(bodyText(text, 'text/plain', 'identity')).toBe(text)
  })

  it('is the beginning of what is inflated where the end is missing', () => {
    const noise = Array.from({ length: 20_000 }, (_, n) => `word${(n * 7919) % 20_011}`).join(' ')
    for (const [packed, coding] of [
      [gzipSync(noise), 'gzip'],
      [deflateSync(noise), 'deflate'],
      [brotliCompressSync(noise), 'br'],
    ] as const) {
      const beginning = bodyText(packed.subarray(0, 30_000), 'text/plain', coding)
      expect(beginning.length, coding).toBeGreaterThan(30_000)
      expect(noise.startsWith(beginning), coding).toBe(true)
    }
  })

  it('is nothing where its coding is unknown, too often around itself, or not what it says', () => {
    expect(bodyText('text', 'text/plain', 'zstd')).toBe('')
    expect(bodyText('text', 'text/plain', 'gzip')).toBe('')
    expect(bodyText('text', 'text/plain', 'br')).toBe('')
    expect(bodyText('text', 'text/plain', Array(50).fill('gzip').join(','))).toBe('')
  })

  it('is the beginning of a bomb, and no more; nothing of one that no beginning tames', () => {
    const bomb = Buffer.alloc(25 * MIB, 'ab ')
    for (const [packed, coding] of [
      [gzipSync(bomb), 'gzip'],
      [deflateSync(bomb), 'deflate'],
      [gzipSync(gzipSync(bomb)), 'gzip, gzip'],
    ] as const) {
      const text = bodyText(packed, 'text/plain', coding)
      expect(text.startsWith('ab ab ab'), coding).toBe(true)
      expect(text.length, coding).toBeLessThanOrEqual(64 * KIB)
    }
    expect(bodyText(brotliCompressSync(bomb), 'text/plain', 'br')).toBe('')
  })

  it('is nothing of what is no text, and text whatever it is called', () => {
    const noise = Buffer.from(Array.from({ length: 2000 }, (_, n) => (n * n * 31 + n) & 0xff))
    expect(bodyText(noise, 'image/png')).toBe('')
    expect(bodyText(noise, 'text/plain')).toBe('')
    expect(bodyText('plain\u0000text', 'application/octet-stream')).toBe('')
    expect(bodyText('plain text', 'application/octet-stream')).toBe('plain text')
    expect(bodyText('', 'text/plain')).toBe('')
  })

  it('is cut at 64 KiB', () => {
    expect(bodyText('ab '.repeat(MIB), 'text/plain')).toHaveLength(64 * KIB)
  })
})

describe('words', () => {
  it('of scripts without spaces are single letters, in one width', () => {
    expect(bodyText('{"状態":"支払い済み"}', 'application/json')).toBe('{" 状  態 ":" 支  払  い  済  み "}')
    expect(bodyText('ＡＢＣ ｶﾅ', 'text/plain')).toBe('ABC  カ  ナ ')
  })

  it('that are no words are cut at 128 letters', () => {
    const text = bodyText(`{"image":"${'iVBOR'.repeat(1000)}","after":"end"}`, 'application/json')
    expect(text).toBe(`{"image":"${'iVBOR'.repeat(26).slice(0, 128)}","after":"end"}`)
  })

  it('are cut wherever they stand, and not a letter earlier', () => {
    for (let before = 0; before < 300; before += 7) {
      const padding = '.'.repeat(before)
      for (const length of [128, 129, 400]) {
        const text = bodyText(`${padding}${'x'.repeat(length)}.end`, 'text/plain')
        expect(text).toBe(`${padding}${'x'.repeat(128)}.end`)
      }
    }
  })
})

describe('hostile bodies', () => {
  it('never throw and never grow', () => {
    let seed = 7
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fff_ffff
      return seed % below
    }
    const types = [
      'application/json',
      'application/x-www-form-urlencoded',
      'text/html',
      'multipart/mixed; boundary=-',
      'multipart/mixed; boundary="(["',
      'text/plain; charset=utf-16',
      ';;;',
      '',
    ]
    const codings = [undefined, 'gzip', 'br', 'deflate', ',,', 'gzip,gzip']
    const pieces = ['\\', '\\u12', '&#x1F4A9;', '%e0%a4', '--(["\r\n\r\n', '\u0000', '\ufeff', '{', 'ﷺ', '\ud800', '語']
    for (let run = 0; run < 3000; run += 1) {
      const text = Array.from({ length: random(60) }, () => pieces[random(pieces.length)]).join('')
      const bytes = Buffer.from(text, run % 3 === 0 ? 'latin1' : 'utf8')
      const packed = run % 4 === 0 ? gzipSync(bytes) : bytes
      const found = bodyText(packed, types[random(types.length)] ?? null, codings[random(codings.length)])
      expect(found.length).toBeLessThan(2000)
    }
  })
})
