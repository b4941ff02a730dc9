import { z } from 'zod'

/** What was compared with what, as far as it can be shown: of the signed bytes the first. */
export const SignatureEvidence = z.object({
  /** Null where nothing is signed, as with a plain token. Control characters are shown as their pictures. */
  signed: z.object({ text: z.string(), hex: z.string(), bytes: z.number() }).nullable(),
  expected: z.array(z.string()),
  received: z.array(z.string()),
})
export type SignatureEvidence = z.infer<typeof SignatureEvidence>

/** What is known of a request's signature. Computed when a request is shown; never stored. */
export const SignatureReport = z.discriminatedUnion('state', [
  /** No known sender's signature on it. */
  z.object({ state: z.literal('none') }),
  z.object({
    state: z.literal('no-secret'),
    scheme: z.string(),
    schemeName: z.string(),
    headerNames: z.array(z.string()),
    /** What the sender calls its secret, and the way to it through its dashboard. */
    secretLabel: z.string().optional(),
    secretWhere: z.string().optional(),
  }),
  z.object({
    state: z.literal('verified'),
    scheme: z.string(),
    schemeName: z.string(),
    headerNames: z.array(z.string()),
    algorithm: z.string(),
    /** Age of the signed timestamp at receipt, in seconds, where one is signed. */
    ageSeconds: z.number().nullable(),
    evidence: SignatureEvidence.optional(),
  }),
  z.object({
    state: z.literal('failed'),
    scheme: z.string(),
    schemeName: z.string(),
    headerNames: z.array(z.string()),
    algorithm: z.string(),
    /** The cause a person can act on, one sentence. */
    reason: z.string(),
    code: z.string(),
    ageSeconds: z.number().nullable(),
    evidence: SignatureEvidence.optional(),
  }),
])
export type SignatureReport = z.infer<typeof SignatureReport>
