import { z } from 'zod'
import type { Result } from './app-error.ts'
import { CopyFormat, type Copied } from './copy-as.ts'
import type { Delivery, ListeningPort } from './delivery.ts'
import { HostConsent, type RequestChanges } from './draft.ts'
import { command, Name, Nothing, type Command } from './ipc-command.ts'
import { doorCommands } from './ipc-doors.ts'
import { draftCommands } from './ipc-drafts.ts'
import { signatureCommands } from './ipc-signatures.ts'
import { DeliveryId, RequestId, RequestUid, SourceId, TargetId } from './ids.ts'
import { RequestColour, RequestNote, type RequestDetail, type RequestSummary } from './request.ts'
import type { RepeatMark } from './request-repeats.ts'
import { ResendOrder, ResendTo, type ResendJob } from './resend.ts'
import { SettingsChange, ViewState, type AppSettings } from './settings.ts'
import type { SignatureReport } from './signature.ts'
import { RelayUrl, Token, type Source, type SourceStatus } from './source.ts'
import { TargetOptionsChange, TargetUrl, type Target, type TargetStatus } from './target.ts'

export const SampleName = z.enum(['hello', 'github', 'stripe', 'slack', 'sns'])
export type SampleName = z.infer<typeof SampleName>

/** What happens to held deliveries when forwarding is switched on while more than 20 wait. */
export const Release = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('all'), perSecond: z.number().min(0.1).max(1000).nullable() }),
  z.strictObject({ kind: z.literal('last'), count: z.int().min(1).max(100_000) }),
  z.strictObject({ kind: z.literal('none') }),
])
export type Release = z.infer<typeof Release>

export const RequestView = z.enum(['all', 'failed', 'held', 'pinned'])
export type RequestView = z.infer<typeof RequestView>

/**
 * Everything that the window may ask of the main process. A command is one line here, or in a file of its part: TypeScript then points at the missing
 * handler. Inputs are checked in main before a handler sees them; every answer is a `Result`, never a throw.
 */
export const commands = {
  ...draftCommands,
  ...signatureCommands,
  ...doorCommands,
  'app:snapshot': command(Nothing).answers<Snapshot>(),
  'app:save-view': command(ViewState).answers<null>(),
  'app:copy-text': command(z.strictObject({ text: z.string().max(1_048_576) })).answers<null>(),
  'app:save-settings': command(SettingsChange).answers<AppSettings>(),
  /** Errors of the page itself, for the log: tests fail on them too. */
  'app:report-problem': command(
    z.strictObject({ kind: z.enum(['csp', 'error', 'rejection']), message: z.string().max(4000) }),
  ).answers<null>(),
  'requests:list': command(
    z.strictObject({
      view: RequestView,
      sourceId: SourceId.nullable(),
      text: z.string().max(500),
      before: RequestId.nullable(),
      limit: z.int().min(1).max(500),
    }),
  ).answers<readonly RequestSummary[]>(),
  'requests:get': command(z.strictObject({ id: RequestId })).answers<RequestFull>(),
  'requests:deliveries': command(z.strictObject({ id: RequestId })).answers<readonly Delivery[]>(),
  'requests:find': command(z.strictObject({ uid: RequestUid })).answers<{ readonly id: RequestId }>(),
  'requests:signature': command(z.strictObject({ id: RequestId })).answers<SignatureReport>(),
  /** Which of these are repeats. */
  'requests:repeats': command(z.strictObject({ ids: z.array(RequestId).min(1).max(500) })).answers<
    readonly RepeatMark[]
  >(),
  'requests:mark-read': command(z.strictObject({ ids: z.array(RequestId).min(1).max(500) })).answers<null>(),
  'requests:pin': command(z.strictObject({ id: RequestId, pinned: z.boolean() })).answers<null>(),
  /** Null takes it off. */
  'requests:colour': command(
    z.strictObject({ ids: z.array(RequestId).min(1).max(50_000), colour: RequestColour.nullable() }),
  ).answers<null>(),
  /** Replaces it; empty takes it off. */
  'requests:note': command(z.strictObject({ id: RequestId, note: RequestNote })).answers<null>(),
  /** To its source's targets, to the one named, or, where `url` is given, there at once. Another host has to be confirmed as for `targets:add`. */
  'requests:resend': command(
    z.strictObject({ id: RequestId, targetId: TargetId.nullable(), url: TargetUrl.optional(), ...HostConsent }),
  ).answers<{
    readonly deliveries: number
  }>(),
  /** Unchanged but for its signature, which is made anew with the secret that is set; to where a resend would go. Gives the new request. */
  'requests:resend-signed': command(z.strictObject({ id: RequestId, ...HostConsent })).answers<{
    readonly id: RequestId
  }>(),
  /** One after the other, at most so many a second (null = each as soon as the one before has its answer). How it goes on: `resends:changed`. */
  'requests:resend-many': command(
    z.strictObject({
      ids: z.array(RequestId).min(1).max(1000),
      order: ResendOrder,
      pacePerSecond: z.number().min(0.1).max(1000).nullable(),
      to: ResendTo,
      ...HostConsent,
    }),
  ).answers<ResendJob>(),
  'resends:cancel': command(z.strictObject({ id: z.int().positive() })).answers<null>(),
  /** Jobs of this run, the newest first. */
  'resends:list': command(Nothing).answers<readonly ResendJob[]>(),
  /** Puts a request on the clipboard. Values of secret headers are hidden unless `withSecrets`. */
  'requests:copy-as': command(
    z.strictObject({ id: RequestId, format: CopyFormat, withSecrets: z.boolean() }),
  ).answers<Copied>(),
  /** Null = of all sources. */
  'requests:mark-all-read': command(z.strictObject({ sourceId: SourceId.nullable() })).answers<null>(),
  /** Takes them out of sight. They are deleted for good by `requests:finish-delete`, when the window closes, or after a while. */
  'requests:delete': command(z.strictObject({ ids: z.array(RequestId).min(1).max(50_000) })).answers<Deletion>(),
  'requests:undo-delete': command(z.strictObject({ deletion: z.int().positive() })).answers<{
    readonly ids: readonly RequestId[]
  }>(),
  'requests:finish-delete': command(z.strictObject({ deletion: z.int().positive() })).answers<null>(),
  'history:usage': command(Nothing).answers<HistoryUsage>(),
  /** Deletes all but the pinned; null = of all sources. What waits to be sent goes, too. */
  'history:clear': command(z.strictObject({ sourceId: SourceId.nullable() })).answers<{ readonly requests: number }>(),
  'desktop:facts': command(Nothing).answers<DesktopFacts>(),
  'desktop:launch-at-login': command(z.strictObject({ on: z.boolean() })).answers<DesktopFacts>(),
  'desktop:show': command(z.strictObject({ what: z.enum(['data', 'log']) })).answers<null>(),
  'desktop:diagnostics': command(Nothing).answers<{ readonly text: string }>(),
  'deliveries:try-now': command(z.strictObject({ id: DeliveryId })).answers<null>(),
  'deliveries:cancel': command(z.strictObject({ id: DeliveryId })).answers<null>(),
  /** `release` decides what becomes of held deliveries; left out while more than 20 wait, the answer asks for it and nothing changes. */
  'forwarding:set': command(z.strictObject({ on: z.boolean(), release: Release.optional() })).answers<
    { readonly kind: 'done' } | { readonly kind: 'ask'; readonly held: number }
  >(),
  'sources:test': command(z.strictObject({ relayUrl: RelayUrl, token: Token })).answers<SourceTest>(),
  'sources:add': command(
    z.strictObject({
      name: Name,
      relayUrl: RelayUrl,
      token: Token,
      buckets: z.array(z.string().min(1).max(200)).max(1000),
      targets: z.array(TargetId).max(100),
    }),
  ).answers<Source>(),
  'sources:update': command(
    z.strictObject({
      id: SourceId,
      name: Name.optional(),
      relayUrl: RelayUrl.optional(),
      token: Token.optional(),
      buckets: z.array(z.string().min(1).max(200)).max(1000).optional(),
      targets: z.array(TargetId).max(100).optional(),
      held: z.boolean().optional(),
      disconnected: z.boolean().optional(),
    }),
  ).answers<Source>(),
  'sources:remove': command(z.strictObject({ id: SourceId })).answers<null>(),
  'sources:retry-now': command(z.strictObject({ id: SourceId })).answers<null>(),
  /** Posts a sample to the source's first input, as any sender would. */
  'sources:send-test': command(z.strictObject({ id: SourceId, sample: SampleName })).answers<{
    readonly status: number
  }>(),
  /** `confirmedHost` repeats the host when it is not this computer and the person said yes; without it the answer is `not-allowed`. */
  'targets:add': command(
    z.strictObject({
      url: TargetUrl,
      options: TargetOptionsChange.optional(),
      confirmedHost: z.string().max(300).optional(),
    }),
  ).answers<Target>(),
  'targets:update': command(
    z.strictObject({
      id: TargetId,
      url: TargetUrl.optional(),
      options: TargetOptionsChange.optional(),
      held: z.boolean().optional(),
      confirmedHost: z.string().max(300).optional(),
    }),
  ).answers<Target>(),
  'targets:remove': command(z.strictObject({ id: TargetId })).answers<null>(),
  'targets:probe': command(z.strictObject({ id: TargetId })).answers<null>(),
  'ports:list': command(Nothing).answers<readonly ListeningPort[]>(),
} as const

export type Commands = typeof commands
export type CommandName = keyof Commands
export type Input<K extends CommandName> = z.input<Commands[K]['input']>
export type CheckedInput<K extends CommandName> = z.output<Commands[K]['input']>
export type Answer<K extends CommandName> = Commands[K] extends Command<z.ZodType, infer A> ? A : never

export type RequestFull = {
  readonly request: RequestDetail
  /** Edited copies of it that were sent, and imports of it, oldest first; `changes` says how one that was composed differs. */
  readonly children: readonly (RequestSummary & { readonly changes: RequestChanges | null })[]
  /** Where the sender posted to: scheme, host and the path up to the input's end; null for what is not captured. */
  readonly inputUrl: string | null
}

export type SourceTest = {
  readonly relay: { readonly name: string; readonly version: string }
  readonly buckets: readonly { readonly id: string; readonly name: string }[]
  readonly roundTripMs: number
}

export type ForwardingStatus = {
  readonly on: boolean
  /** Epoch ms of the last switch. */
  readonly since: number
  readonly held: number
  readonly retrying: number
}

/** The relay inside the app. */
export type EmbeddedRelayStatus =
  | { readonly state: 'starting' }
  | { readonly state: 'running'; readonly url: string; readonly port: number }
  | { readonly state: 'port-taken'; readonly port: number; readonly by: string | null; readonly message: string }
  | { readonly state: 'down'; readonly message: string; readonly nextAttemptAt: number | null }

export type Deletion = { readonly deletion: number; readonly requests: number; readonly deliveries: number }

/** How much the history holds. Sizes in bytes. */
export type HistoryUsage = {
  /** What counts against the limit of size: the database without what is free in it. */
  readonly usedBytes: number
  /** Bodies and header lines of requests as they came; the rest is what was sent and answered, and the index. */
  readonly contentBytes: number
  readonly requests: number
  readonly pinned: number
  readonly pinnedBytes: number
  /** When the oldest that is not pinned was stored. */
  readonly oldestAt: number | null
  readonly bySource: readonly {
    readonly sourceId: SourceId | null
    readonly requests: number
    readonly bytes: number
  }[]
}

export type DesktopFacts = {
  readonly dataFolder: string
  readonly logFile: string
  /** `reason` says why it cannot be switched, where it cannot. */
  readonly launchAtLogin: { readonly isOn: boolean; readonly reason: string | null }
}

export type HistoryStatus =
  | { readonly state: 'good' }
  | { readonly state: 'broken'; readonly message: string; readonly fix: string; readonly nextAttemptAt: number | null }

export type Counts = {
  readonly total: number
  readonly unread: number
  readonly failed: number
  readonly held: number
  readonly retrying: number
  readonly pinned: number
  /** Requests of which a search sees only path, event, provider and method yet. */
  readonly unindexed: number
  readonly historyBytes: number
}

/** All that the window draws at first. */
export type Snapshot = {
  readonly version: string
  readonly platform: 'darwin' | 'win32' | 'linux'
  readonly profile: string | null
  /** False when tokens have to be kept in a plain file. */
  readonly hasKeyring: boolean
  readonly settings: AppSettings
  readonly view: ViewState
  readonly forwarding: ForwardingStatus
  readonly embeddedRelay: EmbeddedRelayStatus
  readonly history: HistoryStatus
  readonly sources: readonly Source[]
  readonly sourceStatuses: readonly SourceStatus[]
  readonly targets: readonly Target[]
  readonly targetStatuses: readonly TargetStatus[]
  readonly counts: Counts
}

/** What main tells the window. Facts in the past tense; they never order anybody about, but for `app:shown`, which repeats a person's click. */
export type Events = {
  /** New rows, newest last, at most 4 batches a second. */
  'requests:received': readonly RequestSummary[]
  /** Rows whose result or marks changed. */
  'requests:changed': readonly RequestSummary[]
  'requests:deleted': { readonly ids: readonly RequestId[] }
  /** A deletion was taken back. */
  'requests:restored': readonly RequestSummary[]
  'deliveries:changed': { readonly requestId: RequestId }
  /** A job of resends began, went on or ended. */
  'resends:changed': ResendJob
  'forwarding:changed': ForwardingStatus
  'sources:changed': { readonly sources: readonly Source[]; readonly statuses: readonly SourceStatus[] }
  'targets:changed': { readonly targets: readonly Target[]; readonly statuses: readonly TargetStatus[] }
  'counts:changed': Counts
  'relay:changed': EmbeddedRelayStatus
  'history:changed': HistoryStatus
  'settings:changed': AppSettings
  /** A click in the tray, a notification or a deep link asked for this. */
  'app:shown':
    | { readonly kind: 'request'; readonly id: RequestId }
    | { readonly kind: 'release-question'; readonly held: number }
    | { readonly kind: 'preferences' }
}
export type EventName = keyof Events

/** Names that the preload lets through, frozen there too; it has no schema library. */
export const ASK_PREFIX = 'ask:'
export const TELL_PREFIX = 'tell:'

/** The one object that the page gets. */
export type Bridge = {
  ask<K extends CommandName>(name: K, input: Input<K>): Promise<Result<Answer<K>>>
  /** Returns the way to stop listening. */
  listen<K extends EventName>(name: K, onEvent: (event: Events[K]) => void): () => void
}

/** Where the page gets bodies from: streamed, with Range. A body that is gone answers 204 with `creel-gone: 1`. */
export function bodyUrl(id: number, part: 'request' | 'response' | 'draft'): string {
  return `creel-app://app/body/${id}?part=${part}`
}
