import type Database from 'better-sqlite3'

export type Waste = {
  /** A body that nobody owns any more: erased at once where it is one row, else noted for `erase`. */
  add(bodyId: number): void
  /** Erases chunks until none are left or `isOver` says to stop, asked after each of 256 KiB. Whether none are left. */
  erase(isOver: () => boolean): boolean
}

/** Bodies to be erased. One of 25 MB has thousands of pages to give back, for which what arrives meanwhile cannot wait. */
export function prepareWaste(db: Database.Database): Waste {
  const removeInline = db.prepare<[number]>('DELETE FROM body WHERE id = ? AND inline IS NOT NULL')
  const note = db.prepare<[number]>('INSERT OR IGNORE INTO waste (body_id) SELECT id FROM body WHERE id = ?')
  const next = db.prepare<[], number>('SELECT body_id FROM waste LIMIT 1').pluck()
  const removeChunk = db.prepare<[number]>(
    'DELETE FROM body_chunk WHERE rowid = (SELECT rowid FROM body_chunk WHERE body_id = ? LIMIT 1)',
  )
  const removeBody = db.prepare<[number]>('DELETE FROM body WHERE id = ?')
  const forget = db.prepare<[number]>('DELETE FROM waste WHERE body_id = ?')
  return {
    add(bodyId) {
      if (removeInline.run(bodyId).changes === 0) note.run(bodyId)
    },
    erase(isOver) {
      for (let bodyId = next.get(); bodyId !== undefined; bodyId = next.get()) {
        while (removeChunk.run(bodyId).changes > 0) if (isOver()) return false
        removeBody.run(bodyId)
        forget.run(bodyId)
      }
      return true
    },
  }
}
