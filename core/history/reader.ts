import type Database from 'better-sqlite3'
import { prepareConfigReads } from './config-rows.ts'
import { toHistoryError } from './database-error.ts'
import { openForReading } from './open-database.ts'
import { prepareBodyReads } from './reading/bodies.ts'
import { prepareCounts } from './reading/counts.ts'
import { prepareDeliveriesOf } from './reading/deliveries.ts'
import { prepareDraftReads } from './reading/drafts.ts'
import { prepareList } from './reading/list-requests.ts'
import { prepareRepeats } from './reading/repeats.ts'
import { prepareSendables } from './reading/sendables.ts'
import { prepareRequestReads } from './reading/requests.ts'
import { prepareUsage } from './reading/usage.ts'
import type { CallEnd, ReaderCalls } from './threads/messages.ts'
import { handle, serveThread, toFields, type Handlers } from './threads/serve-thread.ts'

/** Entry of the thread that only reads the history. */
serveThread<ReaderCalls>({}, (data, send) => {
  const db = openForReading(data)
  const handlers = prepareHandlers(db)
  return {
    receive(calls, now) {
      for (const call of calls) {
        let end: CallEnd
        try {
          end = { id: call.id, ok: true, value: handle(handlers, call, now) }
        } catch (error) {
          end = { id: call.id, ok: false, error: toFields(toHistoryError(error, data.file)) }
        }
        send([end])
      }
    },
    heard: () => undefined,
    close: () => void db.close(),
  }
})

function prepareHandlers(db: Database.Database): Handlers<ReaderCalls> {
  const requests = prepareRequestReads(db)
  const bodies = prepareBodyReads(db)
  const config = prepareConfigReads(db)
  const counts = prepareCounts(db)
  const drafts = prepareDraftReads(db)
  return {
    list: prepareList(db),
    repeats: prepareRepeats(db),
    get: (id) => requests.get(id),
    sendable: prepareSendables(db),
    findByUid: (uid) => requests.findByUid(uid),
    children: (id) => requests.children(id),
    digests: (ids) => requests.digests(ids),
    counts,
    usage: prepareUsage(db),
    bodyInfo: (part) => bodies.info(part),
    readBody: ({ part, from, to }) => bodies.read(part, from, to),
    deliveriesOf: prepareDeliveriesOf(db),
    draft: (which) => drafts.get(which),
    drafts: () => drafts.list(),
    sends: (id) => drafts.sends(id),
    changesOf: (ids) => drafts.changesOf(ids),
    sources: () => config.sources(),
    targets: () => config.targets(),
    setting: (name) => config.setting(name),
  }
}
