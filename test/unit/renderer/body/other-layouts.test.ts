import { describe, expect, test } from 'vitest'
import { layOutPretty } from '../../../../renderer/body/body-layout.ts'
import { hexRow, offsetDigits } from '../../../../renderer/body/hex-lines.ts'
import { recogniseBody, type BodyKind } from '../../../../renderer/body/media-type.ts'

function linesOf(text: string, kind: BodyKind): string[] {
  const layout = layOutPretty(text, kind)
  return Array.from({ length: layout.table.count() }, (_, line) => {
    const words = layout.spans(line).map((span) => span.text)
    return '  '.repeat(layout.table.depth(line)) + words.join('')
  })
}

describe('XML', () => {
  test('gets a line for each tag and keeps texts on theirs', () => {
    const text = '<?xml version="1.0"?>\n<a><b x="1>2">one</b><c/><!-- two --><d></d></a>\n'
    expect(linesOf(text, 'xml')).toEqual([
      '<?xml version="1.0"?>',
      '<a>',
      '  <b x="1>2">one</b>',
      '  <c/>',
      '  <!-- two -->',
      '  <d></d>',
      '</a>',
    ])
  })

  test('keeps every character but blanks between tags', () => {
    const text = '<a>mixed <b>text</b> here\n<c>\n</c></a> tail'
    expect(linesOf(text, 'xml').join('').replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''))
  })
})

describe('a form body', () => {
  test('stands as one decoded pair a line, with what decoding did', () => {
    expect(linesOf('command=%2Fdeploy&text=a+b&x=&y', 'form')).toEqual([
      'command = /deploy  %2F decoded',
      'text = a b  + decoded',
      'x =   empty',
      'y',
    ])
  })
})

describe('what a body is', () => {
  test.each([
    ['application/json; charset=utf-8', '', 'json'],
    ['application/vnd.api+json', '', 'json'],
    ['application/x-www-form-urlencoded', 'a=1', 'form'],
    ['application/x-www-form-urlencoded', '{"a":1}', 'json'],
    ['application/soap+xml', '', 'xml'],
    ['text/html', '<p>', 'html'],
    ['text/plain', ' {"a"', 'json'],
    ['text/plain; charset=UTF-8', 'hello', 'text'],
    ['multipart/form-data; boundary=x', '--x', 'multipart'],
    ['application/octet-stream', '\0\u0001\u0002\udcff', 'binary'],
    ['application/octet-stream', 'plain words', 'text'],
    [null, '<?xml version="1.0"?>', 'xml'],
  ])('%s with %j is %s', (contentType, beginning, kind) => {
    expect(recogniseBody(contentType, beginning)).toBe(kind)
  })
})

describe('a hex row', () => {
  test('has offset, digits and characters for every byte, and blanks behind the end', () => {
    const row = hexRow(16, Uint8Array.of(0xef, 0x7b, 0x00, 0x0d), 6)
    expect(row.offset).toBe('000010')
    expect(row.bytes.slice(0, 5)).toEqual([
      { hex: 'ef', ascii: '·', kind: 'high' },
      { hex: '7b', ascii: '{', kind: 'text' },
      { hex: '00', ascii: '·', kind: 'zero' },
      { hex: '0d', ascii: '·', kind: 'control' },
      { hex: '  ', ascii: ' ', kind: 'none' },
    ])
    expect(row.bytes).toHaveLength(16)
  })

  test('has offsets wide enough for the last byte', () => {
    expect([offsetDigits(0), offsetDigits(0x1000000), offsetDigits(0x1000001)]).toEqual([6, 6, 7])
  })
})
