import { z } from 'zod'
import { handshakeIds } from '../../signatures/handshake/handshake.ts'
import { findScheme, schemes } from '../../signatures/schemes.ts'
import { validateRow } from '../../signatures/validate-row.ts'
import { isAddressBlock } from '../edge/address-blocks.ts'

// What inputs and buckets may demand of senders, as an administrator writes it, and as it is shown.

const MOST_SECRETS = 20

const SecretName = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'holds control characters')

/** Without `secret` it keeps the value that it has. */
const SecretGiven = z.strictObject({
  name: SecretName,
  secret: z.string().min(1).max(20_000).exactOptional(),
})
export type SecretGiven = z.infer<typeof SecretGiven>

const Secrets = z
  .array(SecretGiven)
  .max(MOST_SECRETS)
  .readonly()
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'has a name twice')

const Row = z.record(z.string(), z.unknown()).superRefine((row, context) => {
  const read = validateRow(row)
  if (read.ok) return
  for (const { field, message } of read.problems) {
    context.addIssue({ code: 'custom', path: field === '' ? [] : field.split('.'), message })
  }
})

const Signature = z
  .strictObject({
    scheme: z
      .string()
      .max(100)
      .refine((id) => findScheme(id) !== null, `is none of ${schemes.map(({ id }) => id).join(', ')}`)
      .exactOptional(),
    row: Row.exactOptional(),
    secrets: Secrets.exactOptional(),
    toleranceSeconds: z.int().min(1).max(31_622_400).exactOptional(),
    url: z
      .url({ protocol: /^https?$/ })
      .max(2000)
      .exactOptional(),
    webhookId: z.string().min(1).max(200).exactOptional(),
    fetchCertificate: z.boolean().exactOptional(),
  })
  .refine(({ scheme, row }) => (scheme === undefined) !== (row === undefined), {
    path: ['scheme'],
    message: 'either this or row says how requests are signed',
  })
  .refine(({ scheme, fetchCertificate }) => fetchCertificate !== true || scheme === 'sns', {
    path: ['fetchCertificate'],
    message: 'is for the scheme sns alone',
  })

const Address = z.string().max(60).refine(isAddressBlock, 'is not an address or a block in CIDR notation')

const Authentication = z.strictObject({
  signature: Signature.exactOptional(),
  methods: z
    .array(z.string().regex(/^[A-Z-]{1,20}$/, 'is not a method in capitals'))
    .min(1)
    .max(20)
    .readonly()
    .exactOptional(),
  addresses: z.array(Address).min(1).max(1000).readonly().exactOptional(),
})

const Handshake = z
  .strictObject({
    sender: z
      .string()
      .max(100)
      .refine((id) => handshakeIds.includes(id), `is none of ${handshakeIds.join(', ')}`),
    secrets: Secrets.exactOptional(),
    topics: z.array(z.string().min(1).max(2000)).max(1000).readonly().exactOptional(),
    confirm: z.boolean().exactOptional(),
  })
  .refine(({ sender, confirm }) => confirm !== true || sender === 'sns', {
    path: ['confirm'],
    message: 'is for the sender sns alone',
  })
  // Amazon signs the messages of everybody's topics.
  .refine(({ confirm, topics }) => confirm !== true || (topics?.length ?? 0) > 0, {
    path: ['topics'],
    message: 'has to name the ARNs of the topics that may be confirmed',
  })

const Handshakes = z
  .array(Handshake)
  .max(50)
  .readonly()
  .refine((all) => new Set(all.map(({ sender }) => sender)).size === all.length, 'has a sender twice')

/** Null takes one off; left out in a change, it stays as it is. */
export const edgeSettings = {
  authentication: Authentication.nullable().exactOptional(),
  handshakes: Handshakes.nullable().exactOptional(),
}
export const EdgeGiven = z.object(edgeSettings)
export type EdgeGiven = z.infer<typeof EdgeGiven>

// Nothing that is not named here is ever shown: of a secret, its name alone.
const SecretView = z.object({ name: z.string() })

export const edgeViews = {
  authentication: z
    .object({
      signature: z
        .object({
          scheme: z.string().exactOptional(),
          row: z.record(z.string(), z.unknown()).exactOptional(),
          secrets: z.array(SecretView).readonly(),
          toleranceSeconds: z.number().exactOptional(),
          url: z.string().exactOptional(),
          webhookId: z.string().exactOptional(),
          fetchCertificate: z.boolean().exactOptional(),
        })
        .exactOptional(),
      methods: z.array(z.string()).readonly().exactOptional(),
      addresses: z.array(z.string()).readonly().exactOptional(),
    })
    .exactOptional(),
  handshakes: z
    .array(
      z.object({
        sender: z.string(),
        secrets: z.array(SecretView).readonly().exactOptional(),
        topics: z.array(z.string()).readonly().exactOptional(),
        confirm: z.boolean().exactOptional(),
      }),
    )
    .readonly()
    .exactOptional(),
}
const EdgeView = z.object(edgeViews)
export type EdgeView = z.infer<typeof EdgeView>
