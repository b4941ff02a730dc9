/** One header line as it stood on the wire. Kept in order, because some senders repeat a header. */
export type Line = readonly [name: string, value: string]

export type Algorithm = 'sha1' | 'sha256' | 'sha512'

/** How one header carries signatures. `prefix` = `sha256=<digest>`; `kv` = `t=<timestamp>,v1=<digest>,v1=<digest>`. */
export type Format =
  | { readonly kind: 'prefix'; readonly prefix: string }
  | { readonly kind: 'kv'; readonly separator: string; readonly timestampKey: string; readonly signatureKey: string }

/** A signature header of a sender. Several of them mean: the first that is present counts, and signing anew rewrites each that is present. */
export type SignatureHeader = {
  /** In the sender's own spelling; looked up without regard to case. */
  readonly name: string
  readonly algorithm: Algorithm
  readonly format: Format
}

/** A row of the table of schemes: everything about a sender's HMAC that is not code. */
export type Scheme = {
  readonly id: string
  /** As the sender writes its own name. */
  readonly name: string
  readonly headers: readonly SignatureHeader[]
  /** What the digest covers. `body` is the raw bytes: nothing may parse and write them anew. */
  readonly parts: readonly ('body' | 'timestamp' | { readonly text: string })[]
  /** Seconds that a signed timestamp may be away from the moment of receipt, or null where none is signed. */
  readonly toleranceSeconds: number | null
}
