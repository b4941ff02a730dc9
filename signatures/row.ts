import type { Resign, SecretEncoding } from './scheme.ts'

export type MacAlgorithm = 'sha1' | 'sha256' | 'sha384' | 'sha512'
export type DigestEncoding = 'hex' | 'base64' | 'base64url'

/**
 * How one header carries signatures. `raw` = the digest alone; `prefix` = `sha256=<digest>`; `kv` = `t=<timestamp>,v1=<digest>,v1=<digest>`;
 * `list` = `v1,<digest> v1,<digest>`; `template` = text around `{sig}`, `{ts}`, `{id}` and `{any}`, such as `{any}/{any}/{sig}`.
 */
export type Format =
  | { readonly kind: 'raw' }
  | { readonly kind: 'prefix'; readonly prefix: string; readonly optional?: boolean }
  | {
      readonly kind: 'kv'
      readonly separator: string
      readonly signatureKey: string
      readonly timestampKey?: string
      /** As the sender writes between two pairs, where it differs from the separator. */
      readonly joiner?: string
    }
  | { readonly kind: 'list'; readonly separator: string; readonly prefix: string }
  | { readonly kind: 'template'; readonly template: string }

/** `hmac` over the parts; `digest` = a plain hash of them, the secret being one; `token` = the header is the secret itself. */
export type Mac = 'hmac' | 'digest' | 'token'

/** A header that carries a signature. What is left out is as in the row. */
export type HeaderSpec = {
  /** In the sender's own spelling; looked up without regard to case. */
  readonly name: string
  readonly format?: Format
  readonly alg?: MacAlgorithm
  readonly enc?: DigestEncoding
  readonly mac?: Mac
  readonly parts?: readonly string[]
  /** There are several, with a number behind the name: `X-DocuSign-Signature-1`. Each is signed with the secret of that place. */
  readonly numbered?: boolean
  /** Place of the secret that it is signed with; 0 when left out. */
  readonly secret?: number
  /** Only where another header has this value. */
  readonly when?: { readonly header: string; readonly value: string }
}

export type TimestampRule = {
  readonly from: 'header' | 'signature' | 'body'
  /** Of the header, or of the body's top-level JSON field; none for `signature`. */
  readonly name?: string
  /** The header to look at where the body has no such field. */
  readonly orHeader?: string
  readonly unit: 's' | 'ms' | 'us' | 'rfc3339'
  /** Seconds; null: its age is not judged. */
  readonly tolerance: number | null
  /** Only old ones are refused, not those ahead of the clock. */
  readonly oneSided?: boolean
}

/**
 * Everything about a sender's signature that is not code: a row of the table of schemes, and what a person's own scheme is made of. The parts are
 * what is signed, in order: text with `{body}` `{ts}` `{id}` `{url}` `{method}` `{path}` `{header:x}` `{bodySha256}` and, for a plain hash, `{secret}`.
 */
export type SchemeRow = {
  readonly id: string
  readonly name: string
  readonly alg: MacAlgorithm
  readonly key: SecretEncoding
  readonly sigHeader: string
  readonly format: Format
  readonly enc: DigestEncoding
  readonly parts: readonly string[]
  readonly mac?: Mac
  readonly ts?: TimestampRule
  /** Header with the delivery's id, for `{id}`. */
  readonly idHeader?: string
  /** Several signatures may stand there, one for each secret: all are written when signing. */
  readonly multi?: 'any'
  /** Prefixes that a secret may carry and that are no part of the key. */
  readonly keyPrefixes?: readonly string[]
  /** A number stands behind the header's name, one header for each secret: `X-DocuSign-Signature-1`. */
  readonly numbered?: boolean
  /** Further headers, each of which is enough. */
  readonly also?: readonly HeaderSpec[]
  /** Headers that are never believed but written anew where they are present. */
  readonly companions?: readonly HeaderSpec[]
  /** Algorithms that the prefix may name (`sha512=`), besides the row's own. */
  readonly otherAlgorithms?: readonly MacAlgorithm[]
  /** Headers that have to be there with exactly this value; written when signing. */
  readonly fixed?: readonly { readonly name: string; readonly value: string }[]
  /** How the URL is spelled in what is signed, where not as it is. */
  readonly urlForm?: 'hubspot'
  readonly resign?: Resign
}
