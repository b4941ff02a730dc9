import type Database from 'better-sqlite3'
import { BODY_BYTES_READ } from './body-text.ts'
import type { SearchedItem } from './projection.ts'

const COLUMNS = `
  item.id, item.method, item.request_target AS requestTarget, item.mount_bytes AS mountBytes, item.provider, item.event,
  item.content_type AS contentType, item.detail, item.headers, item.trailers`
/** The first chunk of a large body is longer than what is read of it. */
const BODY = `coalesce(
  substr(body.inline, 1, ${BODY_BYTES_READ}),
  (SELECT substr(bytes, 1, ${BODY_BYTES_READ}) FROM body_chunk WHERE body_id = item.body_id AND n = 0)) AS body`

/** Rows that are read for one transaction of the index, and bytes of bodies in them: about two milliseconds of work. */
export const PORTION_ROWS = 20
const BYTES = 65_536

export type SearchedItems = {
  /** Oldest first, those after `id`: as many as one transaction takes. */
  after(id: number): SearchedItem[]
  /** Oldest first, those that are nearest below or at `id`: as many as one transaction takes. */
  upTo(id: number): SearchedItem[]
}

/** Items with the beginnings of their bodies, in portions. */
export function prepareSearchedItems(db: Database.Database): SearchedItems {
  const select = (condition: string): Database.Statement<[number], SearchedItem> =>
    db.prepare(`SELECT ${COLUMNS}, ${BODY} FROM item LEFT JOIN body ON body.id = item.body_id WHERE ${condition}`)
  const newer = select(`item.id > ? ORDER BY item.id LIMIT ${PORTION_ROWS}`)
  const older = select(`item.id <= ? ORDER BY item.id DESC LIMIT ${PORTION_ROWS}`)
  return {
    after: (id) => portionOf(newer.iterate(id)),
    upTo: (id) => portionOf(older.iterate(id)).toReversed(),
  }
}

function portionOf(items: Iterable<SearchedItem>): SearchedItem[] {
  const portion: SearchedItem[] = []
  let bytes = 0
  for (const item of items) {
    portion.push(item)
    bytes += item.body?.length ?? 0
    if (bytes >= BYTES) break
  }
  return portion
}
