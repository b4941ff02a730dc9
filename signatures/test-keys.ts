import { generateKeyPairSync } from 'node:crypto'

/** A key pair for one's own tests, in place of the sender's. */
export type TestKeys = {
  /** PEM (PKCS #8). */
  readonly privateKey: string
  /** As the sender's dashboard shows its own, to be pasted into the app under test. */
  readonly publicKey: string
}

/** The schemes whose sender signs with a private key and that can be signed with a pair of one's own. */
export type TestKeyScheme = 'discord' | 'standard-webhooks' | 'sendgrid' | 'plaid'

/**
 * Makes a key pair: Ed25519 for Discord (public key in hexadecimal) and Standard Webhooks' `v1a` (`whpk_…`), P-256 for SendGrid (base64 of SPKI) and
 * Plaid (a JWK as JSON).
 */
export function makeTestKeys(scheme: TestKeyScheme): TestKeys {
  if (scheme === 'discord' || scheme === 'standard-webhooks') {
    const pair = generateKeyPairSync('ed25519')
    const raw = pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
    const publicKey = scheme === 'discord' ? raw.toString('hex') : `whpk_${raw.toString('base64')}`
    return { privateKey: pair.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), publicKey }
  }
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const publicKey =
    scheme === 'sendgrid'
      ? pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
      : JSON.stringify({ ...pair.publicKey.export({ format: 'jwk' }), kid: 'local-test-key', alg: 'ES256', use: 'sig' })
  return { privateKey: pair.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), publicKey }
}
