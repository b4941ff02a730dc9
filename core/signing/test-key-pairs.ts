import { z } from 'zod'
import { findScheme } from '../../signatures/schemes.ts'
import { generateTestKeys, isTestKeyScheme, type TestKeys, type TestKeyScheme } from '../../signatures/test-keys.ts'
import type { Secrets } from '../secrets.ts'

/** A key pair of one's own, and where receivers read the public key from a certificate that one (PEM), else null. */
export type TestKeyPair = TestKeys & { readonly certificate: string | null }

/** Key pairs in place of the sender's own, one a scheme, made when first asked for and the same ever after. */
export type TestKeyPairs = {
  /** Null for a scheme that no pair can be made for. */
  of(scheme: string): Promise<TestKeyPair | null>
}

const Kept = z.object({
  privateKey: z.string(),
  publicKey: z.string(),
  certificate: z.string().nullable().default(null),
})

/** What stands in the sender's own certificates. */
const CERTIFIED: Partial<Record<TestKeyScheme, readonly [string, ...string[]]>> = {
  paypal: ['messageverificationcerts.paypal.com', 'messageverificationcerts.sandbox.paypal.com'],
  sns: ['sns.amazonaws.com'],
}

export function createTestKeyPairs(secrets: Secrets, now: () => number): TestKeyPairs {
  let making: Promise<unknown> = Promise.resolve()

  async function read(scheme: string): Promise<TestKeyPair | null> {
    const text = await secrets.get(entryOf(scheme))
    return text === null ? null : Kept.parse(JSON.parse(text))
  }

  async function make(scheme: TestKeyScheme): Promise<TestKeyPair> {
    const keys = await generateTestKeys(scheme)
    const hosts = CERTIFIED[scheme]
    if (hosts === undefined) return { ...keys, certificate: null }
    // Read when it is needed, which for most people is never.
    const { makeTestCertificate } = await import('./test-certificate.ts')
    const senderName = findScheme(scheme)?.name ?? scheme
    const certificate = makeTestCertificate({ senderName, hosts, privateKey: keys.privateKey, now: now() })
    return { ...keys, certificate }
  }

  return {
    of(scheme) {
      if (!hasPair(scheme)) return Promise.resolve(null)
      // Asked for twice at once, there would be two.
      const pair = making.then(async () => {
        const kept = await read(scheme)
        if (kept !== null) return kept
        const made = await make(scheme)
        await secrets.set(entryOf(scheme), JSON.stringify(made))
        return made
      })
      making = pair.catch(() => undefined)
      return pair
    },
  }
}

/** Standard Webhooks are signed with a secret that is shared; `v1a` beside it is seldom asked for. */
function hasPair(scheme: string): scheme is TestKeyScheme {
  return isTestKeyScheme(scheme) && findScheme(scheme)?.resign === 'test-keys'
}

function entryOf(scheme: string): string {
  return `test-keys:${scheme}`
}
