import { create } from 'zustand'
import { AppSettings } from '../../protocol/settings.ts'
import { ask } from '../bridge.ts'
import { showFailure } from './toast.ts'

/** Stands until the snapshot is there. */
const BEFORE_SNAPSHOT = AppSettings.parse({})

export const useSettings = create<AppSettings>()(() => BEFORE_SNAPSHOT)

/** Changes at once what is shown, and again if the file says otherwise. Whether it was saved. */
export async function saveSettings(patch: Partial<AppSettings>): Promise<boolean> {
  const before = useSettings.getState()
  useSettings.setState(patch)
  const saved = await ask('app:save-settings', patch)
  if (saved.ok) useSettings.setState(saved.value)
  else {
    useSettings.setState(before)
    showFailure(saved.error)
  }
  return saved.ok
}
