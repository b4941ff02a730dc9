import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { duplicateKey } from '../../../signatures/recognise/duplicate-key.ts'
import { recogniseSender } from '../../../signatures/recognise/recognise-sender.ts'

type Example = {
  readonly provider: string
  readonly headers: Record<string, string>
  readonly body: unknown
  readonly event: string | null
  readonly senderId: string | null
  readonly attempt: number | null
}

const examples = JSON.parse(
  readFileSync(new URL('../../fixtures/signatures/senders.json', import.meta.url), 'utf8'),
) as Example[]

describe('a sender is recognised', () => {
  test.each(examples.map((example) => [example.provider, example] as const))('%s', (_, example) => {
    const { headers, body, ...expected } = example
    const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
    expect(recogniseSender(Object.entries(headers), bytes)).toEqual(expected)
  })

  test('numbers of any length as they are written, and none from a text that is cut off within one', () => {
    const body = Buffer.from('{"update_id":90071992547409931234}')
    expect(recogniseSender([], body).senderId).toBe('90071992547409931234')
    expect(recogniseSender([], body.subarray(0, 20)).senderId).toBeNull()
  })
})

describe('duplicates', () => {
  const request = {
    endpoint: 'in_1',
    provider: 'stripe',
    senderId: 'evt_1',
    method: 'POST',
    target: '/hook?a=1',
    bodySha256: 'aa',
  }

  test("share sender and the sender's own id, whatever else differs", () => {
    const again = { ...request, bodySha256: 'bb', target: '/other' }
    expect(duplicateKey(again)).toEqual(duplicateKey(request))
    expect(duplicateKey({ ...request, endpoint: 'in_2' }).key).not.toBe(duplicateKey(request).key)
    expect(duplicateKey({ ...request, provider: 'github' }).key).not.toBe(duplicateKey(request).key)
  })

  test('without an id share method, path with query, and body', () => {
    const unnamed = { ...request, senderId: null }
    expect(duplicateKey({ ...unnamed, provider: null })).toEqual({ key: duplicateKey(unnamed).key, isBySender: false })
    expect(duplicateKey({ ...unnamed, target: '/hook?a=2' }).key).not.toBe(duplicateKey(unnamed).key)
    expect(duplicateKey({ ...unnamed, bodySha256: 'bb' }).key).not.toBe(duplicateKey(unnamed).key)
  })
})
