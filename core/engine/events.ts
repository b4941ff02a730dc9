import type { EventName, Events } from '../../protocol/ipc.ts'

export type EngineEventName = Exclude<EventName, 'settings:changed' | 'app:shown' | 'relay:changed'>

/** Facts that the engine tells whoever listens: the window, the tray, a test. */
export type EngineEvents = {
  emit<K extends EngineEventName>(name: K, event: Events[K]): void
  /** Returns the way to stop listening. */
  listen(listener: EngineListener): () => void
}
export type EngineListener = <K extends EngineEventName>(name: K, event: Events[K]) => void

export function createEngineEvents(): EngineEvents {
  const listeners = new Set<EngineListener>()
  return {
    emit(name, event) {
      for (const listener of listeners) listener(name, event)
    },
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
