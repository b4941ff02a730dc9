import { isSame, failed, matched, mismatch, type Known } from './judgement.ts'
import type { Call, Judgement, SecretEncoding, SignCall, Stamp } from './scheme.ts'
import { keysOfSecret, type KeyForm } from './secret-key.ts'

/** Signatures that a special case found, and how the same are made with a key. */
export type MacClaim = {
  readonly name: string
  readonly algorithm: string
  readonly encoding: SecretEncoding
  /** As written. */
  readonly received: readonly string[]
  /** The same, decoded. Any of them is enough. */
  readonly digests: readonly Uint8Array[]
  /** What the sender may have made with this key: any is enough. The likeliest comes first. */
  readonly expected: (key: KeyForm['key'], secretIndex: number) => readonly Uint8Array[]
  readonly spell: (digest: Uint8Array) => string
  readonly signed: () => Uint8Array | null
  readonly stamp?: Stamp | null
  readonly tolerance?: number | null
}

/** Tries every secret against every signature. */
export function judgeMac(call: Call, claim: MacClaim): Judgement {
  const { secrets, secretEncoding } = call.keys
  const encoding = secretEncoding ?? claim.encoding
  // What is made with an empty secret, anybody can make.
  const forms = secrets.map((secret) => (secret === '' ? [] : keysOfSecret(secret, encoding)))
  const known: Known = {
    algorithm: claim.algorithm,
    stamp: claim.stamp ?? null,
    evidence: () => ({
      signed: claim.signed(),
      received: claim.received,
      expected: forms.flatMap(([form], index) =>
        form === undefined ? [] : claim.expected(form.key, index).slice(0, 1).map(claim.spell),
      ),
    }),
  }
  if (claim.digests.length === 0) {
    return failed(known, 'header-malformed', `The signature of ${claim.name} is not in its form.`)
  }
  if (secrets.every((secret) => secret === ''))
    return failed(known, 'needs-secret', 'There is no secret to compare with.')
  for (const [secretIndex, some] of forms.entries()) {
    for (const { key, form } of some) {
      if (!isAnySame(claim.digests, claim.expected(key, secretIndex))) continue
      const limit = { name: claim.name, tolerance: claim.tolerance ?? null }
      return matched(call, known, { secretIndex, secretForm: form }, limit)
    }
  }
  if (forms.some((some) => some.length > 0)) return mismatch(known)
  return failed(known, 'secret-malformed', `The secret is not ${encoding}, as ${claim.name} gives it.`)
}

function isAnySame(received: readonly Uint8Array[], expected: readonly Uint8Array[]): boolean {
  let isFound = false
  for (const one of expected) for (const other of received) isFound = isSame(one, other) || isFound
  return isFound
}

/** The key to sign with, or a RangeError that names what is missing. */
export function signingKey(call: SignCall, name: string, encoding: SecretEncoding, index = 0): KeyForm['key'] {
  const secret = call.keys.secrets[index]
  const isMissing = secret === undefined || (secret === '' && index === 0)
  if (isMissing) throw new RangeError(`Signing as ${name} takes its secret.`)
  const [form] = keysOfSecret(secret, call.keys.secretEncoding ?? encoding)
  if (form === undefined) throw new RangeError(`The secret is not ${encoding}, as ${name} gives it.`)
  return form.key
}
