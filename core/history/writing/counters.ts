import type Database from 'better-sqlite3'

/** `content` is in bytes: bodies and header lines of requests as they came. */
export type CounterName = 'total' | 'unread' | 'failed' | 'held' | 'retrying' | 'pinned' | 'content'

export type Counters = {
  /** Counts within the open transaction; written once by `write`. */
  add(name: CounterName, sourceId: number | null, step: number): void
  /** Writes what was counted since `reset`; belongs before the commit. */
  write(): void
  /** Forgets what was counted; belongs after begin, so that a rolled back transaction leaves nothing. */
  reset(): void
}

/** Requests counted by source, kept up in the transactions that change them. Requests without a source count under 0. */
export function prepareCounters(db: Database.Database): Counters {
  const upsert = db.prepare<[string, number, number]>(
    `INSERT INTO counter (name, source_id, value) VALUES (?, ?, ?)
     ON CONFLICT (name, source_id) DO UPDATE SET value = value + excluded.value`,
  )
  const steps = new Map<string, { readonly name: CounterName; readonly sourceId: number; step: number }>()
  return {
    add(name, source, step) {
      if (step === 0) return
      const sourceId = source ?? 0
      const key = `${name} ${sourceId}`
      const counted = steps.get(key)
      if (counted) counted.step += step
      else steps.set(key, { name, sourceId, step })
    },
    write() {
      for (const { name, sourceId, step } of steps.values()) if (step !== 0) upsert.run(name, sourceId, step)
    },
    reset: () => steps.clear(),
  }
}
