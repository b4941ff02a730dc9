import fc from 'fast-check'
import { createScanner } from 'jsonc-parser'
import { describe, expect, test } from 'vitest'
import { layOutPretty } from '../../../../renderer/body/body-layout.ts'
import { jsonValueOfLine, layOutJson } from '../../../../renderer/body/json-layout.ts'

function tokensOf(text: string): string[] {
  const scanner = createScanner(text, true)
  const tokens: string[] = []
  // 17 is the end of the text.
  for (let kind: number = scanner.scan(); kind !== 17; kind = scanner.scan()) {
    tokens.push(text.slice(scanner.getTokenOffset(), scanner.getPosition()))
  }
  return tokens
}

function prettyLines(text: string): string[] {
  const layout = layOutPretty(text, 'json')
  expect(layout.problem).toBeNull()
  return Array.from({ length: layout.table.count() }, (_, line) => {
    const words = layout.spans(line).filter((span) => span.kind !== 'note')
    return '  '.repeat(layout.table.depth(line)) + words.map((span) => span.text).join('')
  })
}

/** JSON as senders write it: odd blanks, numbers that doubles cannot hold, escapes, duplicate keys. */
const blanks = fc.stringMatching(/^[ \t\r\n]{0,3}$/)
const number = fc.stringMatching(/^-?(0|[1-9][0-9]{0,24})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,4})?$/)
const literal = fc.constantFrom('true', 'false', 'null')
const escaped = fc.stringMatching(/^([a-z {}[\],:é漢]|\\u00[0-9a-f]{2}|\\["\\/bfnrt])*$/).map((inside) => `"${inside}"`)
const { value } = fc.letrec<{ value: string; array: string; object: string }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, number, literal, escaped, tie('array'), tie('object')),
  array: fc
    .array(fc.tuple(blanks, tie('value'), blanks), { maxLength: 4 })
    .map((items) => `[${items.map((item) => item.join('')).join(',')}]`),
  object: fc
    .array(fc.tuple(blanks, escaped, blanks, tie('value'), blanks), { maxLength: 4 })
    .map((pairs) => `{${pairs.map(([a, key, b, inner, c]) => `${a}${key}${b}:${inner}${c}`).join(',')}}`),
}))

describe('the pretty form of JSON', () => {
  test('holds exactly the tokens of the text, whatever its blanks, numbers and escapes', () => {
    fc.assert(
      fc.property(value, blanks, blanks, (text, before, after) => {
        const whole = `${before}${text}${after}`
        expect(tokensOf(prettyLines(whole).join('\n'))).toEqual(tokensOf(whole))
      }),
    )
  })

  test('is what JSON.stringify makes of a text that it can hold', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (any) => {
        const text = JSON.stringify(any)
        // A number such as -0 or 1e21 is written as it was sent, so only texts that survive are compared.
        fc.pre(JSON.stringify(JSON.parse(text)) === text)
        expect(prettyLines(text).join('\n')).toBe(JSON.stringify(any, null, 2))
      }),
    )
  })

  test('leaves 1.00, 19 digits, escapes, key order and duplicates alone', () => {
    const text = '{"b":1.00,"a":2718281828459045235,"a":"Z\\u00fcrich","e":{},"l":[ ]}'
    expect(prettyLines(text)).toEqual([
      '{',
      '  "b": 1.00,',
      '  "a": 2718281828459045235,',
      '  "a": "Z\\u00fcrich",',
      '  "e": {},',
      '  "l": []',
      '}',
    ])
  })

  test('says of a number with more digits than a double holds that it is shown as received', () => {
    const layout = layOutPretty('[2718281828459045235]', 'json')
    expect(layout.spans(1)).toContainEqual({ kind: 'note', text: '  19 digits, shown as received' })
    expect(layout.table.width(1)).toBe('2718281828459045235  19 digits, shown as received'.length)
  })

  test('shows JSON lines below each other', () => {
    expect(prettyLines('{"a":1}\n{"b":[2]}\n')).toEqual(['{', '  "a": 1', '}', '{', '  "b": [', '    2', '  ]', '}'])
  })

  test('skips a byte order mark', () => {
    expect(prettyLines('\ufeff{"a":1}')).toEqual(['{', '  "a": 1', '}'])
  })

  test('survives nesting that would overflow a recursive reader', () => {
    const depth = 50_000
    expect(layOutJson(`${'['.repeat(depth)}${']'.repeat(depth)}`)).toMatchObject({ ok: true })
  })

  test.each([
    ['{"a":1,\n "b" 2}', 'Line 2, column 6: a colon is missing. Shown as received.'],
    ['{"a":1 "b":2}', 'Line 1, column 8: a comma is missing. Shown as received.'],
    ['[1,]', 'Line 1, column 4: a value is missing. Shown as received.'],
    ['{a:1}', 'Line 1, column 2: a key in quotes is missing. Shown as received.'],
    ['[1', 'Line 1, column 3: an array is not closed. Shown as received.'],
    ['["a\n"]', 'Line 1, column 2: a text is not closed. Shown as received.'],
    ['[1.]', 'Line 1, column 2: a number breaks off. Shown as received.'],
    ['[1 // one\n]', 'Line 1, column 4: a comment, which JSON does not have. Shown as received.'],
    ['{"a":1]', 'Line 1, column 7: a comma is missing. Shown as received.'],
  ])('says where %j is no JSON and shows it as received', (text, problem) => {
    const layout = layOutPretty(text, 'json')
    expect(layout.problem).toBe(problem)
    const lines = Array.from({ length: layout.table.count() }, (_, line) => layout.spans(line)[0]?.text)
    expect(lines.join('\n')).toBe(text)
  })
})

describe('the value of a line', () => {
  const text = '{"a": {"b" : [1, 2]}, "c":"x"}'
  test.each([
    [0, text],
    [1, '{"b" : [1, 2]}'],
    [3, '1'],
    [5, null],
    [7, '"x"'],
    [8, null],
  ])('line %i gives it as it stands in the text', (line, expected) => {
    const layout = layOutJson(text)
    if (!layout.ok) throw new Error(layout.problem)
    expect(jsonValueOfLine(text, layout.table.start(line), layout.table.end(line))).toBe(expected)
  })
})
