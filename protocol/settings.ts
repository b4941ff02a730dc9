import { z } from 'zod'
import { changeOf } from './change-of.ts'
import { SourceId } from './ids.ts'
import { SECRET_HEADERS } from './redaction.ts'
import { CustomScheme } from './signature.ts'

/** How much is kept; null = as much as there is. Pinned requests are kept in any case, and what waits to be sent until it is. */
export const KeepLimits = z.strictObject({
  days: z.int('A number of days is whole').min(1, 'At least one day is kept').max(36_500).nullable(),
  count: z.int('A number of requests is whole').min(1, 'At least one request is kept').max(1_000_000_000).nullable(),
  bytes: z.int().min(1_000_000, 'A limit of size is at least 1 MB').max(1e15).nullable(),
})
export type KeepLimits = z.infer<typeof KeepLimits>

/** A source's own limits. `days` takes the place of the general one; the others hold beside those of the whole. */
export const SourceLimits = KeepLimits.extend({ sourceId: SourceId })
export type SourceLimits = z.infer<typeof SourceLimits>

/** What nobody wants to hear of: a sender's requests, or those of one event. Null = any. */
export const Mute = z
  .strictObject({ provider: z.string().max(100).nullable(), event: z.string().max(500).nullable() })
  .refine(({ provider, event }) => provider !== null || event !== null, 'A mute names a sender, an event or both')
export type Mute = z.infer<typeof Mute>

/** Of which of a source's requests the desktop tells, while the window is not looked at. */
export const SourceNotices = z.strictObject({ sourceId: SourceId, failures: z.boolean(), news: z.boolean() })
export type SourceNotices = z.infer<typeof SourceNotices>

/** What the colours of requests are called until a person calls them something else. */
export const COLOUR_NAMES = ['Indigo', 'Green', 'Plum', 'Orange', 'Grey'] as const
export const ColourNames = z
  .array(z.string().trim().min(1, 'A colour has a name').max(40, 'The name of a colour has at most 40 characters'))
  .length(COLOUR_NAMES.length)

/** What a person sets for the app as a whole. Every field has a default, so older files stay readable. */
export const AppSettings = z.object({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  /** Whether a resent request carries a `Creel-Resend: <id>` line. */
  markResends: z.boolean().default(true),
  /** Hosts that are not this computer and may be sent to, as asked once each. */
  allowedHosts: z.array(z.string().max(300)).max(1000).default([]),
  /** Headers whose values are hidden in what is copied or shared; `*` stands for any characters. */
  secretHeaders: z
    .array(z.string().min(1).max(200))
    .max(500)
    .default([...SECRET_HEADERS]),
  /** Where a tunnel makes the relay of this computer public, without a path; null = it is not. */
  publicUrl: z.string().max(300).nullable().default(null),
  /** A file of certificates, PEM, of authorities that relays' certificates may come from beside the usual ones. */
  caFile: z.string().max(4096).nullable().default(null),
  retention: KeepLimits.default({ days: 30, count: null, bytes: 5_000_000_000 }),
  sourceLimits: z.array(SourceLimits).max(1000).default([]),
  mutes: z.array(Mute).max(1000).default([]),
  /** Schemes of signatures that a person made. */
  customSchemes: z.array(CustomScheme).max(200).default([]),
  /** What the five colours of requests are called, from 1 on. */
  colourNames: ColourNames.default([...COLOUR_NAMES]),
  /** Whether the desktop tells of failing deliveries, and of new requests where a source asks for that. */
  notices: z.boolean().default(true),
  /** Sources that differ from "failures, not news". */
  sourceNotices: z.array(SourceNotices).max(1000).default([]),
  /** The notice that closing the window keeps Creel in the tray was shown. */
  trayNoticeShown: z.boolean().default(false),
  /** The first run's steps were finished or skipped. */
  welcomed: z.boolean().default(false),
})
export type AppSettings = z.infer<typeof AppSettings>

export const SettingsChange = changeOf(AppSettings)

/** What the window looks like, kept outside of it because closing destroys it. Sizes in CSS px. */
export const ViewState = z.object({
  listWidth: z.number().min(200).max(4000).nullable().default(null),
  railWidth: z.number().min(48).max(400).nullable().default(null),
  selectedId: z.int().positive().nullable().default(null),
  /** The draft that is open in the composer. */
  draftId: z.int().positive().nullable().default(null),
  scrollTop: z.number().min(0).default(0),
  view: z.enum(['all', 'failed', 'held', 'pinned']).default('all'),
  sourceId: z.int().positive().nullable().default(null),
  tab: z.enum(['body', 'headers', 'query', 'deliveries', 'notes']).default('body'),
  bodyView: z.enum(['pretty', 'raw', 'hex']).default('pretty'),
})
export type ViewState = z.infer<typeof ViewState>
