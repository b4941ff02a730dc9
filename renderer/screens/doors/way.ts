import type { Result } from '../../../protocol/app-error.ts'
import type { SourceId } from '../../../protocol/ids.ts'

/** What "Continue" does with a door. */
export type Way = {
  /** Why it cannot be gone yet. */
  readonly offReason: string | null
  /** Makes the source; null where there is one already. */
  go(): Promise<Result<SourceId | null>>
}

/** What was tried, in the words of a door's foot. */
export type Trial =
  | { readonly state: 'idle' }
  | { readonly state: 'trying'; readonly words: string }
  | { readonly state: 'good'; readonly words: string }
  | { readonly state: 'bad'; readonly words: string }

export const IDLE: Trial = { state: 'idle' }

/** A failure in one sentence after the other: what happened, and what to do. */
export function failed(error: { readonly message: string; readonly fix?: string | undefined }): Trial {
  return { state: 'bad', words: [error.message, error.fix].filter(Boolean).join(' ') }
}
