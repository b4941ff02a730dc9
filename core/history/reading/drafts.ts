import type Database from 'better-sqlite3'
import { createHash } from 'node:crypto'
import type { DraftContent, DraftId, DraftSummary, RequestChanges, SentRequest } from '../../../protocol/draft.ts'
import type { RequestId } from '../../../protocol/ids.ts'
import type { DraftRow } from '../threads/messages.ts'
import { MARK_JOIN, RESULT_JOIN, SUMMARY_COLUMNS, WORST_JOIN, toSummary, type SummaryRow } from './request-rows.ts'

export type DraftReads = {
  get(which: { readonly id: DraftId } | { readonly parentId: RequestId }): DraftRow | null
  list(): DraftSummary[]
  sends(id: DraftId): SentRequest[]
  changesOf(ids: readonly RequestId[]): [RequestId, RequestChanges][]
}

type Row = Omit<DraftRow, 'body'> & {
  readonly bytes: number
  readonly sha256: Buffer | null
  readonly isOriginal: number
}
type ListRow = Pick<DraftSummary, 'id' | 'parentId' | 'changedAt' | 'bodyBytes' | 'sends'> & {
  readonly content: string
}
type SentRow = SummaryRow & Pick<SentRequest, 'draftId' | 'n'> & { readonly sentTo: string; readonly changes: string }

const EMPTY_SHA256 = createHash('sha256').digest('hex')

const DRAFT = `SELECT draft.id, draft.parent_id AS parentId, draft.created_at AS createdAt, draft.changed_at AS changedAt, draft.content,
    coalesce(body.bytes, 0) AS bytes, body.sha256,
    item.id IS NOT NULL AND item.body_id IS draft.body_id AS isOriginal
  FROM draft LEFT JOIN body ON body.id = draft.body_id LEFT JOIN item ON item.id = draft.parent_id`

/** Drafts as both threads read them. */
export function prepareDraftReads(db: Database.Database): DraftReads {
  const byId = db.prepare<[number], Row>(`${DRAFT} WHERE draft.id = ?`)
  const byParent = db.prepare<[number], Row>(`${DRAFT} WHERE draft.parent_id = ?`)
  const all = db.prepare<[], ListRow>(
    `SELECT draft.id, draft.parent_id AS parentId, draft.changed_at AS changedAt, draft.content,
       coalesce(body.bytes, 0) AS bodyBytes,
       (SELECT count(*) FROM composition WHERE composition.draft_id = draft.id) AS sends
     FROM draft LEFT JOIN body ON body.id = draft.body_id
     WHERE draft.touched = 1 ORDER BY draft.changed_at DESC, draft.id DESC`,
  )
  const sends = db.prepare<[number], SentRow>(
    `SELECT ${SUMMARY_COLUMNS}, composition.draft_id AS draftId, composition.n, composition.url AS sentTo, composition.changes
     FROM composition JOIN item ON item.id = composition.item_id ${MARK_JOIN} ${RESULT_JOIN} ${WORST_JOIN}
     WHERE composition.draft_id = ? ORDER BY composition.n`,
  )
  const changes = db.prepare<[number], string>('SELECT changes FROM composition WHERE item_id = ?').pluck()
  return {
    get(which) {
      const row = 'id' in which ? byId.get(which.id) : byParent.get(which.parentId)
      return row === undefined ? null : toDraftRow(row)
    },
    list: () => all.all().map(({ content, ...row }) => ({ ...row, ...headOf(content) })),
    sends: (id) => sends.all(id).map(toSent),
    changesOf: (ids) =>
      ids.flatMap((id): [RequestId, RequestChanges][] => {
        const json = changes.get(id)
        return json === undefined ? [] : [[id, JSON.parse(json) as RequestChanges]]
      }),
  }
}

function toDraftRow({ bytes, sha256, isOriginal, ...row }: Row): DraftRow {
  return { ...row, body: { bytes, sha256: sha256?.toString('hex') ?? EMPTY_SHA256, isOriginal: isOriginal === 1 } }
}

function headOf(content: string): Pick<DraftSummary, 'method' | 'url'> {
  // Written by this folder, from what was checked at its door.
  const { method, url } = JSON.parse(content) as DraftContent
  return { method, url }
}

function toSent(row: SentRow): SentRequest {
  const changes = JSON.parse(row.changes) as RequestChanges
  return { ...toSummary(row), draftId: row.draftId, n: row.n, url: row.sentTo, changes }
}
