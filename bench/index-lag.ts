import Database from 'better-sqlite3'
import { clockMs } from './clock.ts'
import { waitUntil } from './waiting.ts'

export type IndexLag = {
  /** Stored requests that are not in the index of words yet. */
  behind(): number
  /** Gives how many s it took until there were none. */
  caughtUp(): Promise<number>
  close(): void
}

/** Reads off a history's file how far its index of words is behind. */
export function openIndexLag(file: string): IndexLag {
  const db = new Database(file, { readonly: true })
  const lag = db
    .prepare<[], number>("SELECT (SELECT coalesce(max(id), 0) FROM item) - value FROM progress WHERE name = 'search'")
    .pluck()
  const behind = (): number => lag.get() ?? 0
  return {
    behind,
    async caughtUp() {
      const beganAt = clockMs()
      await waitUntil('the index of words has all rows', async () => behind() === 0)
      return (clockMs() - beganAt) / 1000
    },
    close: () => void db.close(),
  }
}
