import { createPrivateKey, createPublicKey, generateKeyPair, generateKeyPairSync, type KeyObject } from 'node:crypto'

/** A key pair for one's own tests, in place of the sender's. */
export type TestKeys = {
  /** PEM (PKCS #8). */
  readonly privateKey: string
  /** As the sender's dashboard shows its own, to be pasted into the app under test. */
  readonly publicKey: string
}

const KINDS = {
  discord: 'ed25519',
  'standard-webhooks': 'ed25519',
  sendgrid: 'ec',
  plaid: 'ec',
  'paddle-classic': 'rsa',
  paypal: 'rsa',
  sns: 'rsa',
} as const

/** The schemes whose sender signs with a private key and that can be signed with a pair of one's own. */
export type TestKeyScheme = keyof typeof KINDS

export function isTestKeyScheme(scheme: string): scheme is TestKeyScheme {
  return Object.hasOwn(KINDS, scheme)
}

/** What these senders' own keys have. */
const RSA = { modulusLength: 2048 } as const
const P256 = { namedCurve: 'P-256' } as const

/**
 * Makes a key pair: Ed25519 for Discord (public key in hexadecimal) and Standard Webhooks' `v1a` (`whpk_…`), P-256 for SendGrid (base64 of SPKI) and
 * Plaid (a JWK as JSON), RSA for Paddle Classic, PayPal and Amazon SNS (PEM), which takes a tenth of a second and more.
 */
export function makeTestKeys(scheme: TestKeyScheme): TestKeys {
  const kind = KINDS[scheme]
  if (kind === 'ed25519') return keysOf(scheme, generateKeyPairSync('ed25519').privateKey)
  if (kind === 'ec') return keysOf(scheme, generateKeyPairSync('ec', P256).privateKey)
  return keysOf(scheme, generateKeyPairSync('rsa', RSA).privateKey)
}

/** As `makeTestKeys`, without holding up whoever asks. */
export function generateTestKeys(scheme: TestKeyScheme): Promise<TestKeys> {
  if (KINDS[scheme] !== 'rsa') return Promise.resolve(makeTestKeys(scheme))
  return new Promise((resolve, reject) => {
    generateKeyPair('rsa', RSA, (error, _publicKey, privateKey) => {
      if (error === null) resolve(keysOf(scheme, privateKey))
      else reject(error)
    })
  })
}

/** The pair of a private key that is there already, PEM. @throws Error when it is none, or one of another kind. */
export function testKeysOf(scheme: TestKeyScheme, privateKey: string): TestKeys {
  const key = createPrivateKey(privateKey)
  if (key.asymmetricKeyType !== KINDS[scheme]) throw new TypeError(`${scheme} takes a key of ${KINDS[scheme]}.`)
  return keysOf(scheme, key)
}

function keysOf(scheme: TestKeyScheme, key: KeyObject): TestKeys {
  const privateKey = key.export({ format: 'pem', type: 'pkcs8' }).toString()
  return { privateKey, publicKey: spell(scheme, createPublicKey(key)) }
}

/** As the sender's dashboard shows it. */
function spell(scheme: TestKeyScheme, key: KeyObject): string {
  if (KINDS[scheme] === 'rsa') return key.export({ format: 'pem', type: 'spki' }).toString()
  if (scheme === 'plaid') {
    return JSON.stringify({ ...key.export({ format: 'jwk' }), kid: 'local-test-key', alg: 'ES256', use: 'sig' })
  }
  const der = key.export({ format: 'der', type: 'spki' })
  if (scheme === 'sendgrid') return der.toString('base64')
  const raw = der.subarray(-32)
  return scheme === 'discord' ? raw.toString('hex') : `whpk_${raw.toString('base64')}`
}
