import { z } from 'zod'
import { changeOf } from './change-of.ts'
import { SECRET_HEADERS } from './redaction.ts'

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
  scrollTop: z.number().min(0).default(0),
  view: z.enum(['all', 'failed', 'held', 'pinned']).default('all'),
  sourceId: z.int().positive().nullable().default(null),
  tab: z.enum(['body', 'headers', 'query', 'deliveries']).default('body'),
  bodyView: z.enum(['pretty', 'raw', 'hex']).default('pretty'),
})
export type ViewState = z.infer<typeof ViewState>
