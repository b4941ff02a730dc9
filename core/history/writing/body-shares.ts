import type Database from 'better-sqlite3'

/** Bodies with more than one owner: a draft has its original's, and what was sent of it has the draft's. */
export type BodyShares = {
  /** One more owner of a stored body. */
  share(bodyId: number): void
  /** One owner is gone. True when that was the last: nobody needs the body any more. */
  leave(bodyId: number): boolean
}

export function prepareBodyShares(db: Database.Database): BodyShares {
  const more = db.prepare<[number]>(
    'INSERT INTO body_share (body_id, more) VALUES (?, 1) ON CONFLICT (body_id) DO UPDATE SET more = more + 1',
  )
  const less = db
    .prepare<[number], number>('UPDATE body_share SET more = more - 1 WHERE body_id = ? RETURNING more')
    .pluck()
  const forget = db.prepare<[number]>('DELETE FROM body_share WHERE body_id = ?')
  return {
    share: (bodyId) => void more.run(bodyId),
    leave(bodyId) {
      const left = less.get(bodyId)
      if (left === 0) forget.run(bodyId)
      return left === undefined
    },
  }
}
