import { create } from 'zustand'
import type { EmbeddedRelayStatus, HistoryStatus, Snapshot } from '../../protocol/ipc.ts'

/** What the window knows of the app around it. `phase` is `failed` when not even a snapshot could be had. */
export type Shell = {
  readonly phase: 'starting' | 'ready' | 'failed'
  readonly failure: string | null
  readonly version: string
  readonly platform: Snapshot['platform']
  readonly profile: string | null
  readonly hasKeyring: boolean
  readonly embeddedRelay: EmbeddedRelayStatus
  readonly history: HistoryStatus
}

export const useShell = create<Shell>()(() => ({
  phase: 'starting',
  failure: null,
  version: '',
  platform: 'linux',
  profile: null,
  hasKeyring: true,
  embeddedRelay: { state: 'starting' },
  history: { state: 'good' },
}))

/** The name of the key that goes with others, as its cap says it. */
export function useModifier(): string {
  return useShell((shell) => (shell.platform === 'darwin' ? '⌘' : 'Ctrl'))
}
