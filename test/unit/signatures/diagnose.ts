import { expect } from 'vitest'
import type { Others } from '../../../signatures/explain/diagnosis.ts'
import { sign, verify } from '../../../signatures/index.ts'
import type { Vector } from '../../../signatures/vector.ts'

export const NOW = 1_790_000_000
export const SECRET = 'topsecret'
export const JSON_BODY = '{"name":"Zoë","url":"https://a.example/x","n":[1,2.50,{}],"big":820982911946154508}'

/** A request that is signed as its sender would, with what was changed afterwards. */
type Mistake = Partial<Vector> & { readonly signed?: Partial<Vector> }

/** What is said when a request that holds is changed so. */
export function diagnose(scheme: string, { signed, ...changed }: Mistake, others?: Others) {
  const vector: Vector = {
    scheme,
    secret: SECRET,
    method: 'POST',
    headers: [],
    body: JSON_BODY,
    timestampNow: NOW,
    ...signed,
  }
  const made = { ...vector, ...sign(vector) }
  expect(verify(made)).toMatchObject({ ok: true, diagnosis: [] })
  const broken = { ...made, ...('body' in changed ? { bodyBase64: null } : {}), ...changed }
  const { ok, diagnosis } = verify(broken, others)
  expect(ok).toBe(false)
  expect(diagnosis).toHaveLength(1)
  return diagnosis[0]
}
