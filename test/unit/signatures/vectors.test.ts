import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { detect, sign, verify } from '../../../signatures/index.ts'
import { findScheme, schemes } from '../../../signatures/schemes.ts'
import type { Vector } from '../../../signatures/vector.ts'

type Published = Vector & { readonly id: string; readonly valid: boolean }

const vectors = JSON.parse(
  readFileSync(new URL('../../fixtures/signatures/vectors.json', import.meta.url), 'utf8'),
) as Published[]

describe('published signature vectors', () => {
  const passed = new Map<string, number>()

  test.each(vectors.map((vector) => [vector.id, vector] as const))(
    '%s is judged as its sender judges it',
    (_, vector) => {
      expect(verify(vector).ok).toBe(vector.valid)
      passed.set(vector.scheme, (passed.get(vector.scheme) ?? 0) + 1)
    },
  )

  const signable = vectors.filter(({ valid, scheme }) => valid && findScheme(scheme)?.resign !== 'no')

  test.each(signable.map((vector) => [vector.id, vector] as const))('%s holds when it is signed anew', (_, vector) => {
    expect(verify({ ...vector, ...sign(vector) })).toMatchObject({ ok: true, diagnosis: [] })
  })

  // One of them has no header and no body that would tell.
  const telling = vectors.filter(({ id }) => id !== 'github-14')

  test.each(telling.map((vector) => [vector.id, vector] as const))('%s is found by what it looks like', (_, vector) => {
    expect(detect(vector).map(({ scheme }) => scheme)).toContain(vector.scheme)
  })

  test('are there for every scheme but those that have none', () => {
    const missing = schemes.map(({ id }) => id).filter((id) => !vectors.some(({ scheme }) => scheme === id))
    // Paddle never printed a request with its key; what it signs is written out beside its test.
    expect(missing.toSorted()).toEqual(['jwt', 'paddle-classic'])
  })

  afterAll(() => {
    const ids = [...new Set(vectors.map(({ scheme }) => scheme))].toSorted()
    const rows = ids.map((id) => {
      const count = vectors.filter(({ scheme }) => scheme === id).length
      return `${id.padEnd(22)}${String(count).padStart(8)}${String(passed.get(id) ?? 0).padStart(8)}`
    })
    process.stdout.write(`${['scheme                 vectors  passed', ...rows].join('\n')}\n`)
  })
})
