import type { RefusalCode } from '../../../protocol/source.ts'

/** Why there is no connection, and what follows from it. */
export type LinkFailure =
  /** The relay's own word: trying again changes nothing until somebody changes the token. */
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly reason: string; readonly fix: string }
  /** Whoever answered does not look like a relay. `isClear` = it cannot have been a proxy in a bad moment. */
  | { readonly kind: 'strange'; readonly isClear: boolean; readonly reason: string; readonly fix: string }
  /** May go better next time. `retryInMs` is the relay's wish. */
  | { readonly kind: 'lost'; readonly reason: string; readonly retryInMs: number | null }

export function lost(reason: string, retryInMs: number | null = null): LinkFailure {
  return { kind: 'lost', reason, retryInMs }
}
