import { z } from 'zod'

/** What is known of a request's signature. Computed when a request is shown; never stored. */
export const SignatureReport = z.discriminatedUnion('state', [
  /** No known sender's signature on it. */
  z.object({ state: z.literal('none') }),
  z.object({
    state: z.literal('no-secret'),
    scheme: z.string(),
    schemeName: z.string(),
    headerNames: z.array(z.string()),
  }),
  z.object({
    state: z.literal('verified'),
    scheme: z.string(),
    schemeName: z.string(),
    headerNames: z.array(z.string()),
    algorithm: z.string(),
    /** Age of the signed timestamp at receipt, in seconds, where one is signed. */
    ageSeconds: z.number().nullable(),
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
  }),
])
export type SignatureReport = z.infer<typeof SignatureReport>
