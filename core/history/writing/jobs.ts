import type Database from 'better-sqlite3'
import type { WriteJob } from '../commit-queue.ts'
import { handle, type Handlers } from '../threads/serve-thread.ts'
import type { Call, Content, WriterCalls } from '../threads/messages.ts'
import { packStoreReply } from '../threads/packing.ts'
import { prepareAttempts } from './attempts.ts'
import { prepareBodies, type WritableBody } from './bodies.ts'
import { prepareConfig } from './config.ts'
import { prepareCounters, type Counters } from './counters.ts'
import { prepareDeletions } from './deletions.ts'
import { prepareDeliveries } from './deliveries.ts'
import { prepareDrafts, type DraftWrites } from './drafts.ts'
import { prepareMarks } from './marks.ts'
import { prepareProbe } from './probe.ts'
import { prepareReadAll } from './reading-all.ts'
import { prepareRequests } from './requests.ts'
import { prepareResults } from './results.ts'
import { prepareRetention, shrink } from './retention.ts'
import { prepareRowIds } from './row-ids.ts'
import { prepareTombstones } from './tombstones.ts'
import { prepareTrash, type Trash } from './trash.ts'
import { prepareWaste, type Waste } from './waste.ts'

type PlainName = Exclude<
  keyof WriterCalls,
  'store' | 'chunk' | 'dropUpload' | 'finishAttempt' | 'saveDraft' | 'sendDraft' | 'shrink'
>
type PlainCalls = Pick<WriterCalls, PlainName>

export type WriteJobs = {
  readonly counters: Counters
  /** Turns a call into the job that does it. What must happen once, whatever becomes of the transaction, happens here. */
  toJob(call: Call<WriterCalls>, now: number): WriteJob
}

/** Everything that the writer thread can do. */
export function prepareJobs(db: Database.Database): WriteJobs {
  const counters = prepareCounters(db)
  const bodies = prepareBodies(db)
  const results = prepareResults(db, counters)
  const ids = prepareRowIds(db)
  const deliveries = prepareDeliveries(db, results, ids)
  const tombstones = prepareTombstones(db)
  const trash = prepareTrash(db)
  const requests = prepareRequests(db, { counters, deliveries, ids, results, tombstones, trash })
  const attempts = prepareAttempts(db, results, ids)
  const drafts = prepareDrafts(db, { bodies, requests })
  const waste = prepareWaste(db)
  const parts = { bodies, counters, deliveries, drafts, ids, results, tombstones, trash, waste }
  const handlers = plainHandlers(db, parts)

  function toJob(call: Call<WriterCalls>, now: number): WriteJob {
    const small = { id: call.id, lane: 'small', canWait: false, bytes: 0, order: null } as const
    switch (call.name) {
      case 'store': {
        const { arrival, content, deliveries: planned } = call.input
        const body = bodies.receive(content, arrival.isProven === true ? arrival.sha256 : null)
        const run = (): unknown => packStoreReply(requests.store(arrival, body, planned, now), arrival.originId)
        return { ...small, ...laneOf(content), order: arrival.sourceId ?? 0, run, onEnd: settling(body) }
      }
      case 'finishAttempt': {
        const { attempt, change } = call.input
        const content = attempt.answer?.content
        const body = content === undefined ? null : bodies.receive(content)
        const run = (): unknown => attempts.finish(attempt, body, change)
        return {
          ...small,
          ...(content && laneOf(content)),
          canWait: content?.kind !== 'upload',
          run,
          onEnd: settling(body),
        }
      }
      case 'saveDraft': {
        const { id, content, body } = call.input
        if (typeof body === 'string') return { ...small, run: () => drafts.save(id, content, body, now) }
        const bytes = bodies.receive(body)
        const run = (): unknown => drafts.save(id, content, bytes, now)
        return { ...small, ...laneOf(body), run, onEnd: settling(bytes) }
      }
      case 'sendDraft': {
        const { input } = call
        const body = input.body === null ? null : bodies.receive(input.body)
        const run = (): unknown => drafts.send(input, body, now)
        return { ...small, ...(input.body && laneOf(input.body)), run, onEnd: settling(body) }
      }
      case 'chunk': {
        const { upload, n, bytes } = call.input
        const chunk = bodies.receiveChunk(upload, n, bytes)
        const run = (): unknown => done(() => chunk.write())
        return { ...small, lane: 'bulk', bytes: bytes.length, run, onEnd: (error) => void (error && chunk.fail(error)) }
      }
      case 'dropUpload': {
        const remove = bodies.drop(call.input.upload)
        return { ...small, lane: 'bulk', run: () => done(() => remove()) }
      }
      case 'shrink': {
        let isDone = false
        const run = (): unknown => (isDone = shrink(db))
        // Only a checkpoint makes the file shorter, and that cannot be within a transaction.
        return { ...small, canWait: true, run, onEnd: () => void (isDone && db.pragma('wal_checkpoint(PASSIVE)')) }
      }
      default:
        return { ...small, run: () => handle<PlainCalls>(handlers, call, now) }
    }
  }

  return { counters, toJob }
}

type Parts = Parameters<typeof prepareDeletions>[1] & {
  readonly deliveries: ReturnType<typeof prepareDeliveries>
  readonly drafts: DraftWrites
  readonly trash: Trash
  readonly waste: Waste
}

function plainHandlers(db: Database.Database, parts: Parts): Handlers<PlainCalls> {
  const { deliveries, drafts, trash, waste } = parts
  const deletions = prepareDeletions(db, parts)
  const retention = prepareRetention(db, { deletions, waste })
  const readAll = prepareReadAll(db, parts.counters)
  const marks = prepareMarks(db, parts.counters)
  const config = prepareConfig(db)
  const probe = prepareProbe(db)
  return {
    addDeliveries: (input, now) => deliveries.add(input.requestId, input.deliveries, now),
    changeDeliveries: (changes) => done(() => deliveries.change(changes)),
    resume: (begun) => deliveries.resume(begun),
    liveDeliveries: () => deliveries.live(),
    markRead: (ids, now) => done(() => marks.markRead(ids, now)),
    setPinned: ({ id, pinned }) => done(() => marks.setPinned(id, pinned)),
    setColour: ({ ids, colour }) => done(() => marks.setColour(ids, colour)),
    setNote: ({ id, note }) => done(() => marks.setNote(id, note)),
    deleteRequests: (ids, now) => done(() => deletions.deleteRequests(ids, now)),
    hide: (ids) => trash.hide(ids),
    restore: (ids) => trash.restore(ids),
    deleteHidden(ids, now) {
      const hidden = new Set(ids.filter((id) => trash.has(id)))
      deletions.deleteRequests([...hidden], now)
      return ids.filter((id) => !hidden.has(id))
    },
    hidden: ({ limit }) => trash.hidden(limit),
    expire: ({ rule, after }, now) => retention.expire(rule, after, now),
    erase: () => retention.erase(),
    readAll: ({ sourceId, below }, now) => readAll(sourceId, below, now),
    addSource: (source, now) => config.addSource(source, now),
    updateSource: ({ id, change }) => config.updateSource(id, change),
    removeSource: (id, now) => config.removeSource(id, now),
    noteTtl: ({ id, ttlMs }) => done(() => config.noteTtl(id, ttlMs)),
    addTarget: (target, now) => config.addTarget(target, now),
    updateTarget: ({ id, change }) => config.updateTarget(id, change),
    removeTarget: (id, now) => config.removeTarget(id, now),
    addDraft: ({ parentId, content }, now) => drafts.add(parentId, content, now),
    deleteDraft: (id) => done(() => drafts.delete(id)),
    deleteUntouchedDrafts: () => done(() => drafts.deleteUntouched()),
    setSetting: ({ name, json }) => done(() => config.setSetting(name, json)),
    probe: ({ bytes }) => done(() => probe(bytes)),
  }
}

/** Runs what has nothing to answer but that it was done. */
function done(action: () => void): null {
  action()
  return null
}

function settling(body: WritableBody | null): (error: unknown) => void {
  return (error) => {
    if (error === null) body?.settle()
  }
}

function laneOf(content: Content): Pick<WriteJob, 'lane' | 'bytes'> {
  return content.kind === 'inline'
    ? { lane: 'small', bytes: content.bytes.length }
    : { lane: 'bulk', bytes: content.last.length }
}
