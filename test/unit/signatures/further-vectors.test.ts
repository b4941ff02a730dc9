import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { verify } from '../../../signatures/index.ts'
import { schemes } from '../../../signatures/schemes.ts'
import type { Vector } from '../../../signatures/vector.ts'

type Further = Vector & {
  readonly id: string
  readonly note: string
  readonly valid: boolean
  readonly diagnosis?: string
}

/**
 * Made by another implementation, in Python with hmac, hashlib and cryptography, from what the senders write about their schemes; some come from
 * the tests of Twilio's, SendGrid's, HubSpot's and Hook0's libraries and from RFC 7616, and Contentful's are signed by its toolkit.
 */
const vectors = JSON.parse(
  readFileSync(new URL('../../fixtures/signatures/further.json', import.meta.url), 'utf8'),
) as Further[]

describe('vectors made by another implementation', () => {
  test.each(vectors.map((vector) => [vector.id, vector.note, vector] as const))('%s: %s', (_id, _note, vector) => {
    const { ok, diagnosis } = verify(vector)
    expect(ok).toBe(vector.valid)
    if (vector.diagnosis !== undefined) expect(diagnosis.map(({ code }) => code)).toEqual([vector.diagnosis])
  })

  test('are there, both ways, for every scheme but the one of old', () => {
    const sides = (scheme: string) => new Set(vectors.flatMap((each) => (each.scheme === scheme ? [each.valid] : [])))
    const missing = schemes.filter(({ id }) => sides(id).size < 2).map(({ id }) => id)
    expect(missing).toEqual(['paddle-classic'])
  })
})
