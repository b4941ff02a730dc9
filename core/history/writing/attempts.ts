import type Database from 'better-sqlite3'
import type { AttemptId } from '../../../protocol/ids.ts'
import type { DeliveryChange } from '../history.ts'
import type { AttemptRow } from '../threads/messages.ts'
import { toBlob, type WritableBody } from './bodies.ts'
import { whole } from './deliveries.ts'
import type { Results } from './results.ts'
import type { RowIds } from './row-ids.ts'
import { isLive } from '../delivery-digest.ts'

export type AttemptWrites = {
  /** Stores an attempt with its delivery's new state. Null when the delivery was deleted meanwhile: nothing is kept then. */
  finish(attempt: AttemptRow, answerBody: WritableBody | null, change: DeliveryChange): AttemptId | null
}

/** HTTP tries of deliveries, with what was answered. */
export function prepareAttempts(db: Database.Database, results: Results, ids: RowIds): AttemptWrites {
  const find = db.prepare<[number], { readonly itemId: number; readonly attempts: number }>(
    'SELECT item_id AS itemId, attempts FROM delivery WHERE id = ?',
  )
  // RETURNING would tell both, but for it SQLite copies each page before it is changed, so as to take back a part of a statement; into a file where they are more than 64 KiB.
  const update = db.prepare<
    [string, number, string | null, number | null, number | null, string | null, number | null, number]
  >(
    `UPDATE delivery SET state = ?, live = ?, hold_reason = ?, next_attempt_at = ?, attempts = attempts + 1, status = ?, failure_code = ?, latency_ms = ?
     WHERE id = ?`,
  )
  const insert = db.prepare<unknown[]>(
    `INSERT INTO attempt (
       id, delivery_id, n, started_at, connected_ms, first_byte_ms, total_ms, reconnected,
       sent_method, sent_origin, sent_path, sent_headers, sent_bytes, sent_sha256,
       status, reason_phrase, headers, body_bytes, kept_bytes, body_sha256, cut, body_id, failure
     ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  return {
    finish(attempt, body, change) {
      body?.requireWhole()
      const { answer, failure, sent, timings } = attempt
      const delivery = find.get(change.id)
      if (delivery === undefined) {
        body?.discard()
        return null
      }
      update.run(
        change.state,
        isLive(change.state) ? 1 : 0,
        change.holdReason,
        whole(change.nextAttemptAt),
        answer?.status ?? null,
        failure?.code ?? null,
        answer === null ? null : timings.totalMs,
        change.id,
      )
      body?.save()
      const id = ids.next('attempt') as AttemptId
      insert.run(
        id,
        change.id,
        delivery.attempts + 1,
        whole(attempt.startedAt),
        timings.connectedMs,
        timings.firstByteMs,
        timings.totalMs,
        attempt.reconnected ? 1 : 0,
        sent.method,
        sent.origin,
        sent.path,
        toBlob(sent.headers),
        sent.bodyBytes,
        sent.bodySha256,
        ...answerColumns(answer, body),
        failure === null ? null : JSON.stringify(failure),
      )
      results.updateFor(delivery.itemId, { id: change.id, state: change.state, status: answer?.status ?? null })
      return id
    },
  }
}

function answerColumns(answer: AttemptRow['answer'], body: WritableBody | null): readonly unknown[] {
  if (answer === null) return [null, null, null, null, null, null, null, null]
  return [
    answer.status,
    answer.reasonPhrase,
    toBlob(answer.headers),
    answer.bodyBytes,
    body?.bytes ?? 0,
    answer.bodySha256,
    answer.cut ? 1 : 0,
    body?.bodyId ?? null,
  ]
}
