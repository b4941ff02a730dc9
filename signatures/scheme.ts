import type { SchemeRow } from './row.ts'

/** One header line as it stood on the wire, its value as Latin-1. Kept in order, because some senders repeat a header. */
export type Line = readonly [name: string, value: string]

/** How a secret's text becomes the key. `auto` = base64 behind `whsec_` where that can be, else the text itself. */
export type SecretEncoding = 'utf8' | 'hex' | 'base64' | 'base64url' | 'auto'

/** A public key as RFC 7517 writes it. */
export type Jwk = { readonly kty: string; readonly kid?: string; readonly [member: string]: unknown }

/** All that a signature can be judged with. Nothing is ever fetched. */
export type Keys = {
  /** Tried one after the other. For schemes with a public key these are tried as public keys too. */
  readonly secrets: readonly string[]
  /** Instead of what the scheme says. */
  readonly secretEncoding?: SecretEncoding | undefined
  /** PEM, base64 of SPKI, hex or base64 of a raw Ed25519 key, `whpk_…`. */
  readonly publicKeys?: readonly string[] | undefined
  /** PEM: a certificate or a public key. */
  readonly certificates?: readonly string[] | undefined
  readonly jwks?: readonly Jwk[] | undefined
  /** PayPal signs the webhook's id. */
  readonly webhookId?: string | undefined
}

/** A captured request and what it is judged with. */
export type Call = {
  readonly method: string
  /** As the sender used it: scheme, host, port, path and raw query. Null when it is not known. */
  readonly url: string | null
  readonly headers: readonly Line[]
  /** Raw bytes as received: a signature covers them, so nothing may parse and re-encode. */
  readonly body: Uint8Array
  readonly keys: Keys
  /** The moment that a signed timestamp is judged against, epoch ms; null: its age is not judged. */
  readonly receivedAt: number | null
  /** Seconds, instead of what the scheme allows. */
  readonly toleranceSeconds?: number | undefined
}

export type FailureCode =
  | 'header-missing'
  | 'header-malformed'
  | 'missing-prefix'
  | 'timestamp-missing'
  | 'timestamp-malformed'
  | 'timestamp-out-of-tolerance'
  | 'id-missing'
  | 'covered-header-missing'
  | 'body-malformed'
  | 'body-hash-mismatch'
  | 'algorithm-refused'
  | 'expired'
  | 'needs-secret'
  | 'secret-malformed'
  | 'needs-url'
  | 'needs-webhook-id'
  | 'needs-key'
  | 'key-malformed'
  | 'key-host-refused'
  | 'unsigned'
  | 'mismatch'

/** The timestamp that a request was signed with. */
export type Stamp = {
  /** As written. */
  readonly text: string
  /** Epoch ms, or null where it cannot be read. */
  readonly at: number | null
  /** Seconds before the receipt (negative: after it), or null when one of both is not known. */
  readonly ageSeconds: number | null
}

/** What was compared with what. */
export type Evidence = {
  /** Exactly the bytes that the signature covers; null where nothing is signed, as with a plain token. */
  readonly signed: Uint8Array | null
  /** One for each secret, spelled as the sender would. */
  readonly expected: readonly string[]
  /** As they stood in the request. */
  readonly received: readonly string[]
}

export type Judgement = {
  /** As people write it: HMAC-SHA-256. */
  readonly algorithm: string
  readonly stamp: Stamp | null
  /** Made when asked for: most callers want the verdict alone. */
  readonly evidence: () => Evidence
} & (
  | {
      readonly ok: true
      /** Which of the secrets or keys it was. */
      readonly secretIndex: number
      /** Set when the secret only matched in another form than the scheme's own: `utf8` where base64 is usual. */
      readonly secretForm: SecretEncoding
    }
  | {
      readonly ok: false
      readonly code: FailureCode
      /** One sentence to act on. */
      readonly reason: string
      /** Where the key that is wanted can be fetched, for `needs-key`: asked for by the caller alone, with consent. */
      readonly keyUrl?: string
    }
)

/** A request to be signed as its sender would sign it. */
export type SignCall = {
  readonly method: string
  readonly url: string | null
  readonly headers: readonly Line[]
  readonly body: Uint8Array
  readonly keys: Pick<Keys, 'secrets' | 'secretEncoding' | 'webhookId'>
  /** PEM (PKCS #8), for schemes whose sender holds a private key: see `makeTestKeys`. */
  readonly privateKey?: string | undefined
  /** Epoch ms. A signed timestamp becomes this, because receivers refuse old ones. */
  readonly now: number
  /** Sign with the timestamp that the request has. */
  readonly keepTimestamp?: boolean | undefined
}

export type Signed = {
  readonly headers: readonly Line[]
  readonly body: Uint8Array
  readonly url: string | null
  /** Names of the signature headers that were left out, because nothing is known to make them with. */
  readonly dropped: readonly string[]
}

/** yes = a shared secret is enough; test-keys = only with a key pair of one's own; copy = a fixed token; no = the sender's key alone. */
export type Resign = 'yes' | 'test-keys' | 'copy' | 'no'

/** A way in which senders sign. */
export type Scheme = {
  readonly id: string
  /** As the sender writes its own name. */
  readonly name: string
  /** The headers that carry its signature, the one that is judged first; none where it stands in the body. */
  readonly headerNames: readonly string[]
  readonly resign: Resign
  /** Where a key pair signs: that it also takes what is kept as the secret, which is no secret then (PayPal's webhook id). */
  readonly signsSecret?: boolean
  /** Whether the full URL is signed. */
  readonly needsUrl: boolean
  /** Seconds that a signed timestamp may be away from the receipt; null where none is judged. */
  readonly toleranceSeconds: number | null
  readonly secretEncoding: SecretEncoding
  /** The row it was made of, if it was: to try what a small change of it would give. */
  readonly row?: SchemeRow
  /** Never throws: what is captured is hostile. */
  judge(call: Call): Judgement
  /** @throws RangeError naming what is missing to sign with. */
  sign(call: SignCall): Signed
}
