import { z } from 'zod'
import type { SourceId } from './ids.ts'

/** Id of a scheme of `signatures/`, or of one that a person made. */
export const SchemeId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'There is no such scheme of signatures')
export type SchemeId = z.infer<typeof SchemeId>

/** A signing secret as a person types or pastes it: words, base64, or a public key or certificate. */
export const SigningSecretText = z
  .string()
  .min(1, 'A secret has at least one character')
  .max(8192, 'A secret has at most 8,192 characters')

/** What a secret is called, so that it is known which of several matched. */
export const SigningSecretName = z.string().trim().min(1, 'A name has at least one character').max(100)

/** A signing secret without its value, which never leaves the main process. */
export type SigningSecretInfo = {
  readonly id: string
  readonly scheme: SchemeId
  /** Null: tried for every source. */
  readonly sourceId: SourceId | null
  readonly name: string
  /** Epoch ms. */
  readonly addedAt: number
}

/** How a scheme's requests can be signed here: with the secret, with a key pair of one's own, by copying its token, or not at all. */
export type SchemeSigning = 'secret' | 'test-keys' | 'token' | 'no'

/** What the window needs to know of a scheme of signatures. */
export type SchemeInfo = {
  readonly id: SchemeId
  readonly name: string
  /** The headers that carry its signature, the one that is judged first; none where it stands in the body. */
  readonly headerNames: readonly string[]
  readonly signing: SchemeSigning
  /** With a key pair of one's own: that what is kept as the secret is signed too, and so has to be set (PayPal's webhook id). */
  readonly signsSecret: boolean
  /** What the sender calls its secret, and the way to it through its dashboard. */
  readonly secretLabel: string
  readonly secretWhere: string
  readonly isCustom: boolean
}

/** A scheme that a person made: a row as `signatures/row.ts` has it, which checks the rest. */
export const CustomScheme = z.looseObject({ id: SchemeId, name: z.string().min(1).max(80) })
export type CustomScheme = z.infer<typeof CustomScheme>

/** That a signing secret came with a sender's check of the address, without the secret. */
export type HandshakeSecretInfo = {
  readonly scheme: SchemeId
  readonly schemeName: string
  /** Its name where it is kept already. */
  readonly keptAs: string | null
}

/** What has to be set in the app under test when a key pair of this computer signs in place of the sender's. */
export type TestKeyShown = {
  /** As the sender's dashboard shows its own. */
  readonly publicKey: string
  /** PEM, where receivers take the key from a certificate. */
  readonly certificate: string | null
}

/** What is wrong with a scheme that a person made, and in which field: `format.prefix`. */
export type SchemeProblem = { readonly field: string; readonly message: string }

/** What a secret that is being typed would verify. */
export type SecretTrial = {
  /** The request whose badge it is typed at; null where it is typed elsewhere. */
  readonly request: boolean | null
  /** Of the newest requests of its scheme this many. */
  readonly verified: number
  readonly of: number
}

/** What was compared with what, as far as it can be shown: of the signed bytes the first. */
export const SignatureEvidence = z.object({
  /** Null where nothing is signed, as with a plain token. Control characters are shown as their pictures. */
  signed: z.object({ text: z.string(), hex: z.string(), bytes: z.number() }).nullable(),
  /** One for each secret; none where it would be the secret itself. */
  expected: z.array(z.string()),
  received: z.array(z.string()),
})
export type SignatureEvidence = z.infer<typeof SignatureEvidence>

const told = {
  scheme: z.string(),
  schemeName: z.string(),
  headerNames: z.array(z.string()),
}

const judged = {
  ...told,
  algorithm: z.string(),
  /** Age of the signed timestamp at receipt, in seconds, where one is signed. */
  ageSeconds: z.number().nullable(),
  /** How old it may be; null where its age is not judged. */
  allowedSeconds: z.number().nullable(),
  evidence: SignatureEvidence,
}

/** What is known of a request's signature. Computed when a request is shown; never stored. */
export const SignatureReport = z.discriminatedUnion('state', [
  /** No known sender's signature on it. */
  z.object({ state: z.literal('none') }),
  z.object({
    state: z.literal('no-secret'),
    ...told,
    /** What is still missing where something is set already; else null. */
    missing: z.string().nullable(),
  }),
  z.object({
    state: z.literal('verified'),
    ...judged,
    /** Name of the secret that matched; null where several made it together. */
    secretName: z.string().nullable(),
  }),
  z.object({
    state: z.literal('failed'),
    ...judged,
    /** The cause a person can act on, one sentence. */
    reason: z.string(),
    code: z.string(),
    /** Names of the secrets that were tried, the first first. */
    secretNames: z.array(z.string()),
  }),
])
export type SignatureReport = z.infer<typeof SignatureReport>
