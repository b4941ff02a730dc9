import type { Line, SecretEncoding, Signed } from './scheme.ts'
import { findScheme } from './schemes.ts'

export type SignInput = {
  readonly scheme: string
  readonly headers: readonly Line[]
  readonly body: Uint8Array
  /** The secrets that are in force, the newest first; none where a private key signs. */
  readonly secrets: readonly string[]
  readonly secretEncoding?: SecretEncoding | undefined
  /** PEM, of `makeTestKeys`. */
  readonly privateKey?: string | undefined
  /** Epoch ms. A signed timestamp becomes this, because receivers refuse old ones. */
  readonly now: number
  readonly keepTimestamp?: boolean | undefined
  /** POST when left out. */
  readonly method?: string | undefined
  /** Full, as the receiver believes it; for schemes that sign it. */
  readonly url?: string | null | undefined
}

/**
 * Signs a request as its sender would: every signature header of the scheme that the lines have is rewritten in its place and spelling, and where
 * there is none the strongest is added at the end. Schemes whose signature stands in the body or the URL change those, byte for byte no more.
 * @throws RangeError for a scheme that is not known, or that misses something to sign with, naming it.
 */
export function signWebhook(input: SignInput): Signed {
  const scheme = findScheme(input.scheme)
  if (scheme === null) throw new RangeError(`There is no signature scheme "${input.scheme}".`)
  return scheme.sign({
    method: input.method ?? 'POST',
    url: input.url ?? null,
    headers: input.headers,
    body: input.body,
    keys: { secrets: input.secrets, secretEncoding: input.secretEncoding },
    privateKey: input.privateKey,
    now: input.now,
    keepTimestamp: input.keepTimestamp,
  })
}

/**
 * Signs as `signWebhook` does, with one secret, for schemes that leave body and URL as they are.
 * @throws RangeError as `signWebhook`, and where body or URL would have to change.
 */
export function signRequest(input: Omit<SignInput, 'secrets'> & { readonly secret: string }): Line[] {
  const { headers, body } = signWebhook({ ...input, secrets: [input.secret] })
  if (body !== input.body) throw new RangeError(`"${input.scheme}" signs within the body.`)
  return [...headers]
}
