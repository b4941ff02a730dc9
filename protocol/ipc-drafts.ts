import { z } from 'zod'
import {
  DraftId,
  DraftSave,
  HostConsent,
  type Draft,
  type DraftSummary,
  type HostLook,
  type ParsedDraft,
  type SentRequest,
} from './draft.ts'
import { RequestId } from './ids.ts'
import { command, Nothing } from './ipc-command.ts'

/** What the composer asks. */
export const draftCommands = {
  /** The draft of this request: the one that there is, or else a copy that is not changed yet. */
  'drafts:open': command(z.strictObject({ requestId: RequestId })).answers<Draft>(),
  /** An empty one: POST, no header, no body. */
  'drafts:create': command(Nothing).answers<Draft>(),
  /** From a pasted cURL command, of bash or PowerShell; nothing of it is executed. */
  'drafts:from-curl': command(z.strictObject({ text: z.string().max(4_194_304) })).answers<ParsedDraft>(),
  'drafts:get': command(z.strictObject({ id: DraftId })).answers<Draft>(),
  /** Those that were changed or sent, the one changed last first. */
  'drafts:list': command(Nothing).answers<readonly DraftSummary[]>(),
  /** Replaces what is kept of it; as often as wanted, in the order of calls. Sent with a body only when that changed. */
  'drafts:save': command(z.strictObject({ id: DraftId, ...DraftSave.shape })).answers<Draft>(),
  /** Everything as in its original again; an empty one where it has none. What was sent stays. */
  'drafts:reset': command(z.strictObject({ id: DraftId })).answers<Draft>(),
  /** What was sent stays in the history. */
  'drafts:delete': command(z.strictObject({ id: DraftId })).answers<null>(),
  /**
   * Saves what is given, then sends it, at once whatever is held: makes a new request and its delivery. Refusals name a field of the content (`url`, `method`,
   * `headers.3.value`); `not-allowed` asks for `confirmedHost`; `secret-missing` asks for the secret of `field`'s scheme.
   */
  'drafts:send': command(
    z.strictObject({ id: DraftId, save: DraftSave.optional(), ...HostConsent }),
  ).answers<SentRequest>(),
  /** What was sent of it, oldest first. */
  'drafts:sends': command(z.strictObject({ id: DraftId })).answers<readonly SentRequest[]>(),
  /** Looks where a URL leads; sends nothing but a TLS handshake. */
  'drafts:look-at-host': command(z.strictObject({ url: z.string().max(70_000) })).answers<HostLook>(),
} as const
