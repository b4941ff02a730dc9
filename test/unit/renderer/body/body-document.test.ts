import { describe, expect, test } from 'vitest'
import { createBodyDocument } from '../../../../renderer/body/body-document.ts'

const encoder = new TextEncoder()

function documentOf(body: string | null) {
  return createBodyDocument(async () => (body === null ? null : encoder.encode(body)))
}

describe('a body document', () => {
  test('opens, lays out and answers rows on demand', async () => {
    const document = documentOf('{"a":1.00}')
    expect(await document.open({ url: 'x', contentType: 'application/json' })).toEqual({
      state: 'open',
      bytes: 10,
      kind: 'json',
      charset: 'UTF-8',
    })
    const { layout, rows } = document.layOut({ view: 'pretty', head: '', columns: 80 })
    expect(rows).toBe(3)
    expect(document.rows({ layout, from: 1, to: 2 }).rows).toMatchObject([{ line: 2, indent: 2 }])
    expect(document.copyValue({ layout, line: 2 })).toEqual({ text: '1.00' })
    expect(document.copyBody()).toEqual({ text: '{"a":1.00}' })
  })

  test('copies a JSON text without quotes and escapes', async () => {
    const document = documentOf('["Z\\u00fcrich"]')
    await document.open({ url: 'x', contentType: 'application/json' })
    const { layout } = document.layOut({ view: 'pretty', head: '', columns: 80 })
    expect(document.copyValue({ layout, line: 2 })).toEqual({ text: 'Zürich' })
  })

  test('says that a body is gone', async () => {
    expect(await documentOf(null).open({ url: 'x', contentType: null })).toEqual({ state: 'gone' })
  })

  test('answers nothing of an earlier layout', async () => {
    const document = documentOf('[1]')
    await document.open({ url: 'x', contentType: 'application/json' })
    const earlier = document.layOut({ view: 'pretty', head: '', columns: 80 })
    document.layOut({ view: 'raw', head: '', columns: 80 })
    expect(document.rows({ layout: earlier.layout, from: 0, to: 9 }).rows).toEqual([])
    expect(document.copyValue({ layout: earlier.layout, line: 2 })).toEqual({ text: null })
  })

  test('lets an earlier body go when another is opened', async () => {
    const answers = new Map<string, (bytes: Uint8Array) => void>()
    const document = createBodyDocument((url) => new Promise((resolve) => answers.set(url, resolve)))
    const first = document.open({ url: 'first', contentType: null })
    const second = document.open({ url: 'second', contentType: null })
    answers.get('second')?.(encoder.encode('two'))
    expect(await second).toMatchObject({ state: 'open', bytes: 3 })
    answers.get('first')?.(encoder.encode('first'))
    expect(await first).toEqual({ state: 'superseded' })
    expect(document.copyBody()).toEqual({ text: 'two' })
  })

  test('lays 10 MB of JSON out without taking long', async () => {
    const item = '{"id":2718281828459045235,"name":"Zürich","tags":["a","b"],"price":1.00},'
    const document = documentOf(`[${item.repeat(135_000)}{}]`)
    await document.open({ url: 'x', contentType: 'application/json' })
    const started = performance.now()
    const { lines } = document.layOut({ view: 'pretty', head: '', columns: 80 })
    expect(lines).toBe(135_000 * 9 + 3)
    // An order of magnitude above what it takes: it shows a square where there should be a line.
    expect(performance.now() - started).toBeLessThan(10_000)
  })
})
