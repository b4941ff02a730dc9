import type Database from 'better-sqlite3'

/** Writes so many zeros in place of those of the last probe, to learn whether the disk takes them. */
export function prepareProbe(db: Database.Database): (bytes: number) => void {
  const write = db.prepare<[number]>(
    `INSERT INTO scratch (id, filling) VALUES (1, zeroblob(?)) ON CONFLICT (id) DO UPDATE SET filling = excluded.filling`,
  )
  return (bytes) => void write.run(bytes)
}
