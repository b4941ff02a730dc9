import type Database from 'better-sqlite3'

const tables = ['item', 'delivery', 'attempt'] as const
export type IdTable = (typeof tables)[number]

export type RowIds = {
  /** The id for the next row of a table. A rollback leaves a hole. */
  next(table: IdTable): number
  /** Makes sure that ids given out so far are not given out again when their rows are gone; belongs into the transaction that deletes rows. */
  keep(): void
}

/** Ids in ascending order that are never used twice, whatever is deleted. */
export function prepareRowIds(db: Database.Database): RowIds {
  const last: Record<IdTable, number> = { item: 0, delivery: 0, attempt: 0 }
  const kept = db.prepare<[string], number>('SELECT value FROM progress WHERE name = ?').pluck()
  const keep = db.prepare<[string, number]>(
    'INSERT INTO progress (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  )
  for (const table of tables) {
    const highest = db.prepare<[], number>(`SELECT coalesce(max(id), 0) FROM ${table}`).pluck().get() ?? 0
    last[table] = Math.max(highest, kept.get(nameOf(table)) ?? 0)
  }
  return {
    next: (table) => ++last[table],
    keep() {
      for (const table of tables) keep.run(nameOf(table), last[table])
    },
  }
}

function nameOf(table: IdTable): string {
  return `last ${table} id`
}
