import { createCommitQueue, type JobEnd, type WriteJob } from './commit-queue.ts'
import { toHistoryError } from './database-error.ts'
import { HistoryError } from './history.ts'
import { openForWriting } from './open-database.ts'
import { createFeed } from './search/feed.ts'
import { prepareIndexer } from './search/indexer.ts'
import type { CallEnd, WriterCalls } from './threads/messages.ts'
import { WRITER_PACKING } from './threads/packing.ts'
import { serveThread, toFields } from './threads/serve-thread.ts'
import { deleteOrphans } from './writing/bodies.ts'
import { prepareJobs } from './writing/jobs.ts'

/** Entry of the one thread that writes the history. */
serveThread<WriterCalls>(WRITER_PACKING, (data, send) => {
  const db = openForWriting(data)
  deleteOrphans(db)
  const jobs = prepareJobs(db)
  const begin = db.prepare('BEGIN IMMEDIATE')
  const commit = db.prepare('COMMIT')
  const rollback = db.prepare('ROLLBACK')
  const queue = createCommitQueue({
    begin() {
      begin.run()
      jobs.counters.reset()
    },
    commit() {
      jobs.counters.write()
      commit.run()
    },
    // SQLite has rolled back by itself after some errors, a full disk among them.
    rollback: () => void (db.inTransaction && rollback.run()),
    describe: (error) => toHistoryError(error, data.file),
    onEnds: (ends) => send(ends.map(toCallEnd)),
  })
  const search = createFeed({
    step: prepareIndexer(db).step,
    isIdle: queue.isIdle,
    committingMs: queue.committingMs,
    now: () => performance.now(),
  })
  return {
    receive(calls, now) {
      search.wake()
      for (const call of calls) {
        try {
          queue.add(jobs.toJob(call, now))
        } catch (error) {
          if (!(error instanceof HistoryError)) throw error
          queue.add(failing(call.id, error))
        }
      }
    },
    heard: () => queue.heard(),
    close() {
      search.stop()
      queue.drain()
      db.close()
    },
  }
})

/** A call of which is known at once that it cannot be done. */
function failing(id: number, error: HistoryError): WriteJob {
  return {
    id,
    lane: 'small',
    canWait: false,
    bytes: 0,
    order: null,
    run() {
      throw error
    },
  }
}

function toCallEnd(end: JobEnd): CallEnd {
  return end.ok ? end : { id: end.id, ok: false, error: toFields(end.error) }
}
