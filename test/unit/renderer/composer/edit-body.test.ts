import { describe, expect, it } from 'vitest'
import { findMistake } from '../../../../renderer/composer/body/check-text.ts'
import { editByte } from '../../../../renderer/composer/body/edit-byte.ts'
import { withMovedPair, withNewPair, withoutPair, withPair } from '../../../../renderer/composer/body/form-text.ts'
import { formatJson } from '../../../../renderer/composer/body/format-json.ts'
import { recogniseEditKind } from '../../../../renderer/composer/body/text-kind.ts'

describe('the first mistake of a JSON text', () => {
  const JSON_TYPE = 'application/json'
  it.each([
    ['{\n  "a": null\n  "b": 1\n}', 2, 12, 'a comma is missing'],
    ['{"a" 1}', 1, 5, 'a colon is missing'],
    ['{"a": }', 1, 7, 'a value is missing'],
    ['[1, 2', 1, 6, 'an array is not closed'],
    ['{} {}', 1, 4, 'a second value, where JSON has one'],
    ['{}\n}', 2, 1, 'a value is missing'],
  ])('of %j stands in line %i, column %i', (text, line, column, problem) => {
    expect(findMistake('json', text, JSON_TYPE)).toMatchObject({ line, column, problem })
  })

  it('is none where there is none, whatever the numbers, keys and blanks are', () => {
    expect(findMistake('json', '\ufeff {"a":1.00,"a":12345678901234567890}\r\n', JSON_TYPE)).toBeNull()
  })

  it('is none in JSON lines', () => {
    expect(findMistake('json', '{"a":1}\n{"a":2}\n', 'application/x-ndjson')).toBeNull()
  })

  it('is found in a text that is nested deeper than any stack', () => {
    const deep = '['.repeat(200_000)
    expect(findMistake('json', deep, JSON_TYPE)).toMatchObject({ problem: 'an array is not closed' })
  })
})

describe('laying JSON out anew', () => {
  it('leaves numbers, escapes, order and duplicates as they are written', () => {
    const text = '{"b":1.00,"a":"\\u00e9","a":[12345678901234567890,{}]}\n'
    expect(formatJson(text)).toBe(
      '{\n  "b": 1.00,\n  "a": "\\u00e9",\n  "a": [\n    12345678901234567890,\n    {}\n  ]\n}\n',
    )
  })

  it('does nothing to what is no JSON', () => {
    expect(formatJson('{"a":')).toBeNull()
  })
})

describe('a form edited as fields', () => {
  const text = 'a=%41&b&&c=1%2B1&a=x+y'
  it('writes anew only the pair that is changed', () => {
    expect(withPair(text, 3, 'c', 'é &')).toBe('a=%41&b&&c=%C3%A9+%26&a=x+y')
  })

  it('adds, removes and moves pairs as they are written', () => {
    expect(withNewPair(text)).toBe(`${text}&=`)
    expect(withNewPair('')).toBe('=')
    expect(withoutPair(text, 0)).toBe('b&&c=1%2B1&a=x+y')
    expect(withMovedPair(text, 0, 1)).toBe('b&a=%41&&c=1%2B1&a=x+y')
    expect(withMovedPair(text, 0, -1)).toBe(text)
  })
})

describe('bytes edited as hex', () => {
  const bytes = new Uint8Array([0x00, 0xff, 0x41])
  const press = (keys: readonly string[]) => {
    let state = { bytes, cursor: { at: 0, isLow: false } }
    for (const key of keys) state = editByte(state.bytes, state.cursor, key, 10) ?? state
    return state
  }

  it('writes digits over, two a byte, and adds behind the end', () => {
    expect([...press(['1', '2', 'a']).bytes]).toEqual([0x12, 0xaf, 0x41])
    expect([...press(['End', 'B', 'c']).bytes]).toEqual([0x00, 0xff, 0x41, 0xbc])
  })

  it('makes room for a byte and takes one out, and never goes beyond its ends', () => {
    expect([...press(['ArrowRight', 'Insert']).bytes]).toEqual([0x00, 0x00, 0xff, 0x41])
    expect([...press(['ArrowRight', 'Delete']).bytes]).toEqual([0x00, 0x41])
    expect([...press(['End', 'Backspace']).bytes]).toEqual([0x00, 0xff])
    expect(press(['Backspace', 'ArrowLeft', 'PageUp'])).toMatchObject({ bytes, cursor: { at: 0 } })
    expect(press(['PageDown', 'ArrowDown']).cursor.at).toBe(3)
  })

  it('leaves other keys alone', () => {
    expect(editByte(bytes, { at: 0, isLow: false }, 'g', 10)).toBeNull()
  })
})

describe('how a body is edited', () => {
  it.each([
    ['application/vnd.api+json; charset=utf-8', '{}', 'json'],
    ['text/xml', '<a/>', 'xml'],
    ['text/html', '<p>', 'html'],
    ['text/javascript', 'a()', 'javascript'],
    ['application/x-www-form-urlencoded', 'a=1', 'form'],
    ['multipart/form-data; boundary=b', null, 'parts'],
    ['multipart/form-data', 'no boundary', 'text'],
    ['image/png', null, 'hex'],
    ['application/json', null, 'hex'],
    [null, '', 'text'],
    [null, '{"a":1}', 'json'],
  ])('is chosen by type %j and text %j: %s', (type, text, kind) => {
    expect(recogniseEditKind(type, text)).toBe(kind)
  })
})
