import type Database from 'better-sqlite3'
import type { RequestId, RequestUid } from '../../../protocol/ids.ts'
import type { RequestDetail, RequestSummary } from '../../../protocol/request.ts'
import {
  DETAIL_COLUMNS,
  MARK_JOIN,
  RESULT_JOIN,
  SOURCE_JOIN,
  SUMMARY_COLUMNS,
  WORST_JOIN,
  toDetail,
  toSummary,
  type DetailRow,
  type SummaryRow,
} from './request-rows.ts'

export type RequestReads = {
  get(id: RequestId): RequestDetail | null
  findByUid(uid: RequestUid): RequestId | null
  children(id: RequestId): RequestSummary[]
  /** Those that there are, in the order asked for. */
  digests(ids: readonly RequestId[]): RequestSummary[]
}

/** What is deleted but may be taken back is out of sight. */
const IN_SIGHT = 'NOT EXISTS (SELECT 1 FROM trash WHERE trash.item_id = item.id)'
const FROM_ITEM = `FROM item ${MARK_JOIN} ${RESULT_JOIN} ${WORST_JOIN}`

/** Single requests, by id. */
export function prepareRequestReads(db: Database.Database): RequestReads {
  const detail = db.prepare<[number], DetailRow>(
    `SELECT ${DETAIL_COLUMNS} ${FROM_ITEM} ${SOURCE_JOIN} WHERE item.id = ? AND ${IN_SIGHT}`,
  )
  // All in one statement: better-sqlite3 makes rows of many far cheaper than it makes one, and one statement sees one state of the database.
  const summaries = db.prepare<[string], SummaryRow & { readonly place: number }>(
    `SELECT wanted.key AS place, ${SUMMARY_COLUMNS}
     FROM json_each(?) AS wanted CROSS JOIN item ON item.id = wanted.value ${MARK_JOIN} ${RESULT_JOIN} ${WORST_JOIN} WHERE ${IN_SIGHT}`,
  )
  const byUid = db.prepare<[string], RequestId>(`SELECT id FROM item WHERE uid = ? AND ${IN_SIGHT}`).pluck()
  const children = db.prepare<[number], SummaryRow>(
    `SELECT ${SUMMARY_COLUMNS} ${FROM_ITEM} WHERE item.parent_id = ? AND ${IN_SIGHT} ORDER BY item.id`,
  )
  return {
    get(id) {
      const row = detail.get(id)
      return row === undefined ? null : toDetail(row)
    },
    findByUid: (uid) => byUid.get(uid) ?? null,
    children: (id) => children.all(id).map(toSummary),
    digests(ids) {
      const found: (RequestSummary | null)[] = ids.map(() => null)
      for (const row of summaries.all(JSON.stringify(ids))) found[row.place] = toSummary(row)
      return found.filter((row) => row !== null)
    },
  }
}
