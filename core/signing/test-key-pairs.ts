import { z } from 'zod'
import { makeTestKeys, type TestKeys, type TestKeyScheme } from '../../signatures/test-keys.ts'
import type { Secrets } from '../secrets.ts'

/** Key pairs in place of the sender's own, one a scheme, made when first asked for and the same ever after. */
export type TestKeyPairs = {
  /** Null for a scheme that no pair can be made for. */
  of(scheme: string): Promise<TestKeys | null>
  /** The public key of a pair that was made already; null else. */
  madePublicKey(scheme: string): Promise<string | null>
}

const SCHEMES: ReadonlySet<string> = new Set<TestKeyScheme>(['discord', 'sendgrid', 'plaid'])
const Kept = z.object({ privateKey: z.string(), publicKey: z.string() })

export function createTestKeyPairs(secrets: Secrets): TestKeyPairs {
  let making: Promise<unknown> = Promise.resolve()

  async function read(scheme: string): Promise<TestKeys | null> {
    const text = SCHEMES.has(scheme) ? await secrets.get(entryOf(scheme)) : null
    return text === null ? null : Kept.parse(JSON.parse(text))
  }

  return {
    of(scheme) {
      if (!isTestKeyScheme(scheme)) return Promise.resolve(null)
      // Asked for twice at once, there would be two.
      const pair = making.then(async () => {
        const kept = await read(scheme)
        if (kept !== null) return kept
        const made = makeTestKeys(scheme)
        await secrets.set(entryOf(scheme), JSON.stringify(made))
        return made
      })
      making = pair.catch(() => undefined)
      return pair
    },
    madePublicKey: async (scheme) => (await read(scheme))?.publicKey ?? null,
  }
}

function isTestKeyScheme(scheme: string): scheme is TestKeyScheme {
  return SCHEMES.has(scheme)
}

function entryOf(scheme: string): string {
  return `test-keys:${scheme}`
}
