import type { Mute } from './settings.ts'

type Recognised = { readonly provider: string | null; readonly event: string | null }

/** Whether a request is of a kind that was muted. */
export function isMutedBy(mutes: readonly Mute[], { provider, event }: Recognised): boolean {
  return mutes.some(
    (mute) => (mute.provider === null || mute.provider === provider) && (mute.event === null || mute.event === event),
  )
}

/** Whether two mutes are of the same. */
export function isSameMute(one: Mute, other: Mute): boolean {
  return one.provider === other.provider && one.event === other.event
}
