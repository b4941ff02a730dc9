import { isSameMute } from '../../protocol/mutes.ts'
import { providerName } from '../../protocol/provider-name.ts'
import type { Mute } from '../../protocol/settings.ts'
import { saveSettings, useSettings } from './settings.ts'
import { showUndoToast } from './toast.ts'

/** "GitHub push", "all of GitHub", "push of any sender". */
export function describeMute({ provider, event }: Mute): string {
  if (provider === null) return `${event ?? 'anything'} of any sender`
  return event === null ? `all of ${providerName(provider)}` : `${providerName(provider)} ${event}`
}

/** From now on its like comes without a dot and without a notification; it is stored and forwarded as before. */
export async function mute(added: Mute): Promise<void> {
  const { mutes } = useSettings.getState()
  if (mutes.some((known) => isSameMute(known, added))) return
  if (!(await saveSettings({ mutes: [...mutes, added] }))) return
  showUndoToast('done', `Muted ${describeMute(added)}. It is still stored and forwarded.`, {
    undo: () => void unmute(added),
  })
}

export async function unmute(removed: Mute): Promise<void> {
  const { mutes } = useSettings.getState()
  await saveSettings({ mutes: mutes.filter((known) => !isSameMute(known, removed)) })
}
