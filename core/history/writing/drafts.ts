import type Database from 'better-sqlite3'
import { createHash } from 'node:crypto'
import type { DraftId } from '../../../protocol/draft.ts'
import type { RequestId } from '../../../protocol/ids.ts'
import { HistoryError } from '../history.ts'
import { prepareDraftReads } from '../reading/drafts.ts'
import type { DraftRow, WriterCalls } from '../threads/messages.ts'
import type { Bodies, WritableBody } from './bodies.ts'
import { prepareBodyShares } from './body-shares.ts'
import type { RequestWrites } from './requests.ts'

export type DraftWrites = {
  add(parentId: RequestId | null, content: string, now: number): DraftRow
  save(id: DraftId, content: string, body: WritableBody | 'keep' | 'original', now: number): DraftRow
  delete(id: DraftId): void
  deleteUntouched(): void
  /** `body` is one of the request's own; null = the draft's. */
  send(
    input: WriterCalls['sendDraft']['input'],
    body: WritableBody | null,
    now: number,
  ): WriterCalls['sendDraft']['output']
}

type Owner = { readonly bodyId: number | null; readonly sha256: Buffer }
type StoredBody = { readonly bytes: number; readonly sha256: Buffer }

const EMPTY: StoredBody = { bytes: 0, sha256: createHash('sha256').digest() }

/** Drafts, and the requests that are made of them. */
export function prepareDrafts(
  db: Database.Database,
  parts: { readonly bodies: Bodies; readonly requests: RequestWrites },
): DraftWrites {
  const { bodies, requests } = parts
  const shares = prepareBodyShares(db)
  const reads = prepareDraftReads(db)
  const original = db.prepare<[number], Owner>('SELECT body_id AS bodyId, body_sha256 AS sha256 FROM item WHERE id = ?')
  const bodyOf = db.prepare<[number], { bodyId: number | null }>('SELECT body_id AS bodyId FROM draft WHERE id = ?')
  const storedBody = db.prepare<[number], StoredBody>('SELECT bytes, sha256 FROM body WHERE id = ?')
  const insert = db.prepare<[number | null, number, number, string, number | null]>(
    'INSERT INTO draft (parent_id, created_at, changed_at, content, body_id) VALUES (?, ?, ?, ?, ?)',
  )
  const change = db.prepare<[string, number, number]>(
    'UPDATE draft SET content = ?, changed_at = ?, touched = 1 WHERE id = ?',
  )
  const setBody = db.prepare<[number | null, number]>('UPDATE draft SET body_id = ? WHERE id = ?')
  const remove = db.prepare<[number]>('DELETE FROM draft WHERE id = ?')
  const untouched = db.prepare<[], DraftId>('SELECT id FROM draft WHERE touched = 0').pluck()
  const lastSend = db
    .prepare<[number], number>('SELECT coalesce(max(n), 0) FROM composition WHERE draft_id = ?')
    .pluck()
  const compose = db.prepare<[number, number, number, string, string]>(
    'INSERT INTO composition (item_id, draft_id, n, url, changes) VALUES (?, ?, ?, ?, ?)',
  )
  const touch = db.prepare<[number]>('UPDATE draft SET touched = 1 WHERE id = ?')

  function need(id: DraftId): DraftRow {
    const row = reads.get({ id })
    if (row === null) throw gone('This draft was deleted.')
    return row
  }

  function needOriginal(id: RequestId | null): Owner {
    const owner = id === null ? undefined : original.get(id)
    if (owner === undefined) throw gone('The request that this draft was made of is no longer in the history.')
    return owner
  }

  function share(bodyId: number | null): number | null {
    if (bodyId !== null) shares.share(bodyId)
    return bodyId
  }

  function dropBody(id: DraftId): void {
    const bodyId = bodyOf.get(id)?.bodyId ?? null
    if (bodyId !== null) bodies.delete(bodyId)
  }

  /** The body that a draft has from now on, with the draft as one of its owners. */
  function takeBody(parentId: RequestId | null, body: WritableBody | 'original'): number | null {
    if (body === 'original') return share(needOriginal(parentId).bodyId)
    const parent = parentId === null ? undefined : original.get(parentId)
    if (parent === undefined || !parent.sha256.equals(body.sha256)) {
      body.save()
      return body.bodyId
    }
    // Edited back to what it was.
    body.discard()
    return share(parent.bodyId)
  }

  function deleteOne(id: DraftId): void {
    dropBody(id)
    remove.run(id)
  }

  return {
    add(parentId, content, now) {
      const existing = parentId === null ? null : reads.get({ parentId })
      if (existing !== null) return existing
      const at = Math.round(now)
      const bodyId = parentId === null ? null : share(needOriginal(parentId).bodyId)
      const { lastInsertRowid } = insert.run(parentId, at, at, content, bodyId)
      return need(Number(lastInsertRowid) as DraftId)
    },
    save(id, content, body, now) {
      if (typeof body === 'object') body.requireWhole()
      const before = reads.get({ id })
      if (before === null && typeof body === 'object') body.discard()
      const { parentId } = before ?? need(id)
      if (body !== 'keep') {
        const bodyId = takeBody(parentId, body)
        dropBody(id)
        setBody.run(bodyId, id)
      }
      change.run(content, Math.round(now), id)
      return need(id)
    },
    delete: deleteOne,
    deleteUntouched() {
      for (const id of untouched.all()) deleteOne(id)
    },
    send({ arrival, draftId, url, changes, deliveries }, own, now) {
      if (reads.get({ id: draftId }) === null) own?.discard()
      need(draftId)
      const bodyId = bodyOf.get(draftId)?.bodyId ?? null
      const stored = requests.store(arrival, own ?? sharedBody(bodyId), deliveries, now)
      // It has no id of a source by which it could be known, or stopped, already.
      if (stored.kind !== 'stored') throw new Error(`A composed request was ${stored.kind}.`)
      const n = (lastSend.get(draftId) ?? 0) + 1
      compose.run(stored.id, draftId, n, url, changes)
      touch.run(draftId)
      return { stored, n }
    },
  }

  function sharedBody(bodyId: number | null): WritableBody {
    const { bytes, sha256 } = (bodyId === null ? undefined : storedBody.get(bodyId)) ?? EMPTY
    return {
      bodyId,
      bytes,
      sha256,
      requireWhole: nothingToDo,
      save: () => void share(bodyId),
      discard: nothingToDo,
      settle: nothingToDo,
    }
  }
}

function nothingToDo(): void {}

function gone(message: string): HistoryError {
  return new HistoryError('not-found', message, { fix: 'There is nothing left to change or send.' })
}
