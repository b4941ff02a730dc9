import type Database from 'better-sqlite3'

/** Items with `floor < id <= mark` are in the index. Below are those that were there before there was an index, above those that just came. */
export type Coverage = { readonly floor: number; readonly mark: number }

const names = { floor: 'search floor', mark: 'search' } as const

export function prepareCoverage(db: Database.Database): { read(): Coverage; write(change: Partial<Coverage>): void } {
  const read = db.prepare<[string], number>('SELECT value FROM progress WHERE name = ?').pluck()
  const write = db.readonly
    ? null
    : db.prepare<[string, number]>(
        'INSERT INTO progress (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
      )
  return {
    read: () => ({ floor: read.get(names.floor) ?? 0, mark: read.get(names.mark) ?? 0 }),
    write({ floor, mark }) {
      if (floor !== undefined) write?.run(names.floor, floor)
      if (mark !== undefined) write?.run(names.mark, mark)
    },
  }
}
