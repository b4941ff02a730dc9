import { z } from 'zod'
import type { RequestId } from './ids.ts'
import { MAX_BODY_BYTES, MAX_HEADER_LINES } from './limits.ts'
import type { RequestSummary } from './request.ts'

/** Row id of a draft in the history. */
export const DraftId = z.int().positive().brand<'DraftId'>()
export type DraftId = z.infer<typeof DraftId>

/** One header line of a draft, in its place. A line that is off is kept, but not sent. */
export const DraftLine = z.strictObject({
  name: z.string().max(65_536),
  value: z.string().max(65_536),
  on: z.boolean(),
})
export type DraftLine = z.infer<typeof DraftLine>

/**
 * What becomes of the signature when a draft is sent: `original` leaves the signature's lines as they stand in the draft, `unsigned` takes them out,
 * `anew` writes them with a fresh timestamp and this computer's secret. `scheme` null = the one that the draft's own lines show.
 */
export const DraftSigning = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('original') }),
  z.strictObject({ kind: z.literal('anew'), scheme: z.string().min(1).max(100).nullable() }),
  z.strictObject({ kind: z.literal('unsigned') }),
])
export type DraftSigning = z.infer<typeof DraftSigning>

/** How the body is edited; the bytes are the same whichever it is. */
export const DraftBodyView = z.enum(['auto', 'text', 'form', 'multipart', 'hex'])
export type DraftBodyView = z.infer<typeof DraftBodyView>

/** What a person edits, but for the body. Anything that can be typed can be kept; only `drafts:send` judges it. */
export const DraftContent = z.strictObject({
  method: z.string().max(100),
  /** Whole and as written: scheme, host, port, path and query. Nothing in it is normalised. */
  url: z.string().max(70_000),
  headers: z.array(DraftLine).max(MAX_HEADER_LINES),
  signing: DraftSigning,
  bodyView: DraftBodyView.default('auto'),
})
export type DraftContent = z.infer<typeof DraftContent>

/** A request being composed. Its body's bytes come from `bodyUrl(draft.id, 'draft')`. */
export type Draft = {
  readonly id: DraftId
  /** The request that it is an edited copy of; null for a new one. It may have been deleted since. */
  readonly parentId: RequestId | null
  /** Epoch ms. */
  readonly createdAt: number
  readonly changedAt: number
  readonly content: DraftContent
  readonly body: {
    readonly bytes: number
    /** Lower-case hex. */
    readonly sha256: string
    /** The same bytes as the original's, which then are stored once for both. */
    readonly isOriginal: boolean
  }
}

/** A draft in a list. */
export type DraftSummary = Pick<Draft, 'id' | 'parentId' | 'changedAt'> & {
  readonly method: string
  readonly url: string
  readonly bodyBytes: number
  /** How many times it was sent. */
  readonly sends: number
}

/** What becomes of a draft's body: stays as it was saved last, is the original's again, or is these bytes. */
export const DraftBodyChange = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('keep') }),
  z.strictObject({ kind: z.literal('original') }),
  z.strictObject({
    kind: z.literal('bytes'),
    bytes: z
      .custom<Uint8Array>((value) => value instanceof Uint8Array, 'Expected bytes')
      .refine((bytes) => bytes.length <= MAX_BODY_BYTES, 'A body that is edited here has at most 25 MiB'),
  }),
])
export type DraftBodyChange = z.infer<typeof DraftBodyChange>

export const DraftSave = z.strictObject({ content: DraftContent, body: DraftBodyChange })
export type DraftSave = z.infer<typeof DraftSave>

/** A host that is not this computer has to be named by the person who sends there: once, or once and for all. */
export const HostConsent = {
  /** Repeats `host` of the answer `not-allowed` (with its port, as in the URL). */
  confirmedHost: z.string().max(300).optional(),
  /** False = only this time. */
  rememberHost: z.boolean().default(true),
}

/** How a header line differs from the original's. Values are in the two requests. */
export const HeaderChange = z.object({
  /** As written in the new request; for `removed` as in the original. */
  name: z.string(),
  how: z.enum(['added', 'removed', 'changed']),
})
export type HeaderChange = z.infer<typeof HeaderChange>

/** How a request that was composed differs from its original. */
export const RequestChanges = z.object({
  /** False for one that has no original, or whose original was gone when it was sent: then nothing else here says anything. */
  hasOriginal: z.boolean(),
  method: z.boolean(),
  /** The path and query differ from those that the original was, or would be, forwarded with. */
  path: z.boolean(),
  /** But for the lines that Creel sets itself (Host, Content-Length, those for one hop), and for those of the signature. */
  headers: z.array(HeaderChange),
  /** The same lines in another order. */
  headerOrder: z.boolean(),
  body: z.boolean(),
  /** `none` = neither the original nor this one has a signature that is known. */
  signature: z.enum(['none', 'original', 'edited', 'anew', 'unsigned']),
})
export type RequestChanges = z.infer<typeof RequestChanges>

/** A request that was composed and sent, under its original and under its draft. How it went: `result`. */
export type SentRequest = RequestSummary & {
  readonly draftId: DraftId
  /** 1 for the draft's first send. */
  readonly n: number
  /** Where it was sent to, whole. */
  readonly url: string
  readonly changes: RequestChanges
}

/** A new draft out of a pasted command, with a sentence for each option that means nothing here. */
export type ParsedDraft = { readonly draft: Draft; readonly notes: readonly string[] }

/** What can be told of a host before anything is sent to it. */
export type HostLook = {
  /** With its port where the URL has one. */
  readonly host: string
  readonly isLoopback: boolean
  /** It was confirmed before, so nobody is asked. */
  readonly isAllowed: boolean
  readonly addresses: readonly string[]
  /** Null over plain HTTP. */
  readonly certificate:
    | { readonly isTrusted: true; readonly validTo: number }
    | { readonly isTrusted: false; readonly problem: string }
    | null
  /** Why there is no address: "There is no host of this name." */
  readonly problem: string | null
}
