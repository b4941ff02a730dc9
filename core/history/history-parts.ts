import type {
  DeliveryChange,
  HistoryConfig,
  HistoryDeliveries,
  HistoryRequests,
  NewAttempt,
  RequestFilter,
} from './history.ts'
import type { AttemptId, RequestId } from '../../protocol/ids.ts'
import type { RequestSummary } from '../../protocol/request.ts'
import { givingUp, toContent, toStored } from './intake.ts'
import { inParts } from './keeping.ts'
import { SAME_SHA256, foldLines } from './sent-lines.ts'
import type { AttemptRow, Content, ReaderCalls, WriterCalls } from './threads/messages.ts'
import { unpackSendables } from './threads/packed-sendables.ts'
import type { Supervisor } from './threads/supervisor.ts'
import type { Uploads } from './upload.ts'

export type Threads = { readonly writer: Supervisor<WriterCalls>; readonly reader: Supervisor<ReaderCalls> }

export function createDeliveries({ writer, reader }: Threads, uploads: Uploads): HistoryDeliveries {
  function finishAttempt(
    attempt: NewAttempt,
    content: Content | null,
    change: DeliveryChange,
  ): Promise<AttemptId | null> {
    const storing = writer.call('finishAttempt', { attempt: toAttemptRow(attempt, content), change })
    const giveUp = givingUp(uploads, content)
    // Most answers are short: what comes thousands of times a second does not pay for another promise.
    return giveUp === undefined ? storing : storing.catch(giveUp)
  }

  return {
    async add(requestId, planned) {
      const ids = await writer.call('addDeliveries', { requestId, deliveries: planned })
      return toStored(requestId, ids, planned)
    },
    async change(changes) {
      // All in this turn: of two changes of one delivery, the one that was called for later must be written later.
      await Promise.all([...inParts(changes)].map((some) => writer.call('changeDeliveries', some)))
    },
    finishAttempt(attempt, change) {
      const content = attempt.answer === null ? null : toContent(uploads, attempt.answer.body)
      return content instanceof Promise
        ? content.then((sent) => finishAttempt(attempt, sent, change))
        : finishAttempt(attempt, content, change)
    },
    of: (requestId) => reader.call('deliveriesOf', requestId),
    resume: (begun) => writer.call('resume', begun ?? null),
    live: () => writer.call('liveDeliveries', null),
    digests: (requestIds) => reader.call('digests', requestIds),
  }
}

export function createRequests({ writer, reader }: Threads): HistoryRequests {
  async function list(
    filter: RequestFilter,
    page: { before: RequestId | null; limit: number },
  ): Promise<readonly RequestSummary[]> {
    const rows: RequestSummary[] = []
    let before = page.before
    do {
      // A search goes through the history piece by piece, so that other reads get in between.
      const piece = await reader.call('list', { filter, before, limit: page.limit - rows.length })
      rows.push(...piece.rows)
      before = piece.next
    } while (before !== null)
    return rows
  }
  return {
    list,
    get: (id) => reader.call('get', id),
    async sendable(ids) {
      return unpackSendables(await reader.call('sendable', ids))
    },
    repeats: (ids) => reader.call('repeats', ids),
    findByUid: (uid) => reader.call('findByUid', uid),
    children: (id) => reader.call('children', id),
    counts: () => reader.call('counts', null),
    async markRead(ids) {
      for (const some of inParts(ids)) await writer.call('markRead', some)
    },
    async setPinned(id, pinned) {
      await writer.call('setPinned', { id, pinned })
    },
    async setColour(ids, colour) {
      for (const some of inParts(ids)) await writer.call('setColour', { ids: some, colour })
    },
    async setNote(id, note) {
      await writer.call('setNote', { id, note })
    },
    bodyInfo: (part) => reader.call('bodyInfo', part),
    readBody: (part, from, to) => reader.call('readBody', { part, from, to }),
    async delete(ids) {
      for (const some of inParts(ids)) await writer.call('deleteRequests', some)
      while (!(await writer.call('erase', null)));
    },
  }
}

export function createConfig({ writer, reader }: Threads): HistoryConfig {
  return {
    sources: () => reader.call('sources', null),
    addSource: (source) => writer.call('addSource', source),
    updateSource: (id, change) => writer.call('updateSource', { id, change }),
    removeSource: (id) => writer.call('removeSource', id),
    async noteTtl(id, ttlMs) {
      await writer.call('noteTtl', { id, ttlMs })
    },
    targets: () => reader.call('targets', null),
    addTarget: (target) => writer.call('addTarget', target),
    updateTarget: (id, change) => writer.call('updateTarget', { id, change }),
    removeTarget: (id) => writer.call('removeTarget', id),
    async setting(name) {
      const json = await reader.call('setting', name)
      return json === null ? undefined : (JSON.parse(json) as unknown)
    },
    async setSetting(name, value) {
      await writer.call('setSetting', { name, json: JSON.stringify(value ?? null) })
    },
  }
}

function toAttemptRow(attempt: NewAttempt, content: Content | null): AttemptRow {
  const { startedAt, timings, reconnected, failure, sent, ownHeaders, answer } = attempt
  return {
    startedAt,
    timings,
    reconnected,
    failure,
    sent:
      ownHeaders === undefined
        ? { ...sent, headers: JSON.stringify(sent.headers) }
        : { ...sent, headers: JSON.stringify(foldLines(sent.headers, ownHeaders)), bodySha256: SAME_SHA256 },
    answer:
      answer === null || content === null
        ? null
        : {
            status: answer.status,
            reasonPhrase: answer.reasonPhrase,
            headers: JSON.stringify(answer.headers),
            bodyBytes: answer.bodyBytes,
            bodySha256: answer.bodySha256,
            cut: answer.cut,
            content,
          },
  }
}
