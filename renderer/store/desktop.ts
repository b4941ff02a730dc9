import { useEffect } from 'react'
import { create } from 'zustand'
import type { DesktopFacts } from '../../protocol/ipc.ts'
import { ask } from '../bridge.ts'
import { showFailure } from './toast.ts'

const useFacts = create<{ readonly facts: DesktopFacts | null }>()(() => ({ facts: null }))

/** What the desktop knows, asked for whenever somebody looks: it may be changed from outside. */
export function useDesktop(): DesktopFacts | null {
  useEffect(() => {
    void ask('desktop:facts', {}).then((asked) => {
      if (asked.ok) useFacts.setState({ facts: asked.value })
      else showFailure(asked.error)
    })
  }, [])
  return useFacts((state) => state.facts)
}

export async function setLaunchAtLogin(on: boolean): Promise<void> {
  const set = await ask('desktop:launch-at-login', { on })
  if (set.ok) useFacts.setState({ facts: set.value })
  else showFailure(set.error)
}

/** In the system's file manager. */
export async function showInFiles(what: 'data' | 'log'): Promise<void> {
  const shown = await ask('desktop:show', { what })
  if (!shown.ok) showFailure(shown.error)
}

/** Null when they could not be had, which was told. */
export async function readDiagnostics(): Promise<string | null> {
  const read = await ask('desktop:diagnostics', {})
  if (read.ok) return read.value.text
  showFailure(read.error)
  return null
}
