import { contextBridge, ipcRenderer } from 'electron'
import { names } from './names.ts'
import type { Bridge } from '../protocol/ipc.ts'

// Prefixes and frozen lists: whatever string the page passes, it cannot leave our namespace, and no schema library is loaded here.
const ask = new Set<string>(names.commands)
const listen = new Set<string>(names.events)

const bridge: Bridge = {
  ask: (name, input) =>
    ask.has(name)
      ? ipcRenderer.invoke(`ask:${name}`, input)
      : Promise.resolve({
          ok: false,
          error: { code: 'unknown-command', message: `There is no command "${String(name)}".` },
        }),
  listen: (name, onEvent) => {
    if (!listen.has(name)) return () => undefined
    const forward = (_: unknown, event: Parameters<typeof onEvent>[0]): void => onEvent(event)
    ipcRenderer.on(`tell:${name}`, forward)
    return () => ipcRenderer.removeListener(`tell:${name}`, forward)
  },
}

contextBridge.exposeInMainWorld('creel', Object.freeze(bridge))
