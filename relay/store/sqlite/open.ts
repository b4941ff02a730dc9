import type { Database } from 'better-sqlite3'
import type { RelayStore, StoreStats } from '../store.ts'
import type { StoreError } from '../store-error.ts'
import { DEFAULT_LIMITS } from '../store-limits.ts'
import type { StoreLimits } from '../store-limits.ts'
import { createAdmin } from './admin.ts'
import { createBodyChunks } from './body-chunks.ts'
import { createStateReader } from './bucket-state.ts'
import { createBucketStates } from './bucket-states.ts'
import { createChanges } from './changes.ts'
import { createCipher } from './cipher.ts'
import type { Cipher } from './cipher.ts'
import { createCommitQueue } from './commit-queue.ts'
import type { CommitHooks } from './commit-queue.ts'
import { createDamage } from './damage.ts'
import { openDatabase } from './database.ts'
import { toStoreError } from './failures.ts'
import { createFreshItems } from './fresh-items.ts'
import { createGaps } from './gaps.ts'
import { createHandouts } from './handouts.ts'
import { createIntake } from './intake.ts'
import { createItemRows } from './item-rows.ts'
import { takeOverSync } from './journal-sync.ts'
import { createLedger } from './ledger.ts'
import { createLog } from './log.ts'
import type { StoreNotice } from './notices.ts'
import { createPackedItems } from './packed-items.ts'
import { createPacks } from './packs.ts'
import { createPurge } from './purge.ts'
import { createRemovals } from './removals.ts'
import { createRetention } from './retention.ts'
import { createSubscriptions } from './subscriptions.ts'
import { createSweep } from './sweep.ts'
import { createTransactionEnd } from './transaction-end.ts'

export type SqliteStoreOptions = {
  /** The database's file; made when it is not there. SQLite puts `-wal` beside it. */
  readonly file: string
  /** 32 bytes: AES-256-GCM of everything that senders sent. */
  readonly key: Uint8Array
  readonly keyId: string
  /** Path of better-sqlite3's compiled addon where the one in its package does not fit this runtime. */
  readonly nativeBinding: string | null
  /** Wall clock, epoch ms. */
  readonly now: () => number
  readonly limits?: Partial<StoreLimits>
  readonly onNotice?: (notice: StoreNotice) => void
  /** The file may not grow beyond this many pages of 16 KiB. */
  readonly maxPages?: number
}

/** Opens the store of a relay that stands alone. Throws a StoreError that says what is wrong with file or key. */
export function openSqliteStore(options: SqliteStoreOptions): RelayStore {
  const { file, nativeBinding } = options
  const cipher = createCipher(options.key, options.keyId)
  const database = openDatabase({ file, nativeBinding, cipher })
  try {
    return buildStore(options, cipher, database)
  } catch (error) {
    database.close()
    throw toStoreError(error, file)
  }
}

function buildStore(options: SqliteStoreOptions, cipher: Cipher, database: Database): RelayStore {
  const { file, now, onNotice: notify = () => undefined } = options
  const limits: StoreLimits = { ...DEFAULT_LIMITS, ...options.limits }
  if (options.maxPages !== undefined) database.pragma(`max_page_count = ${options.maxPages}`)

  const changes = createChanges()
  const packed = createPackedItems(database)
  const reader = createStateReader(database, packed)
  const states = createBucketStates(reader)
  const packs = createPacks(database, cipher, packed)
  const removals = createRemovals(database, packs, packed)
  const fresh = createFreshItems()
  const items = createItemRows({ database, cipher, removals, packs, packed })
  const chunks = createBodyChunks(database, cipher)
  const ledger = createLedger({ database, items, removals, fresh, changes, limits, now })
  const gaps = createGaps({ items, ledger, changes, now })
  const retention = createRetention({ items, ledger, gaps, limits, now })

  const sync = takeOverSync(database, file)
  // The queue is made before the parts that wait for its commits.
  const hooks: CommitHooks = {
    begin: (jobs) => end.begin(jobs),
    beforeCommit: () => end.beforeCommit(),
    committed: () => end.committed(),
    rolledBack: () => end.rolledBack(),
    roundDone: () => intake.resume(),
  }
  const queue = createCommitQueue(database, file, hooks, sync)
  const admin = createAdmin({ database, cipher, queue, reader, states, changes, now })
  states.reload('all')
  admin.load()
  const onFailure = (error: StoreError): void => notify({ kind: 'purge-failed', error })
  const purge = createPurge({ database, chunks, queue, removals, packs, packed, onFailure })
  const writeMark = database.prepare(
    `INSERT INTO meta (name, value) VALUES ('checked_at', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
  )
  const touch = (): void => void writeMark.run(String(now()))
  const intake = createIntake({ queue, states, ledger, retention, chunks, purge, limits, now, touch })
  const handouts = createHandouts({ database, queue, states, items })
  const subscriptions = createSubscriptions({
    database,
    queue,
    reader,
    states,
    items,
    packed,
    removals,
    fresh,
    ledger,
    changes,
    now,
  })
  const damage = createDamage({ queue, states, items, retention, notify })
  const log = createLog({
    database,
    file,
    queue,
    states,
    items,
    fresh,
    chunks,
    ledger,
    damage,
    subscriptions,
    handouts,
  })
  const end = createTransactionEnd({
    database,
    changes,
    states,
    gaps,
    admin,
    purge,
    removals,
    packs,
    packed,
    fresh,
    added: log.added,
  })

  function stats(): StoreStats {
    const all = [...states.all()]
    return {
      items: all.reduce((sum, { waitingItems }) => sum + waitingItems, 0),
      bytes: all.reduce((sum, { waitingBytes }) => sum + waitingBytes, 0),
      uncommittedBytes: intake.uncommittedBytes,
      commits: queue.commits,
      droppedRejected: intake.droppedRejected,
    }
  }

  return {
    admin,
    intake,
    log,
    stats,
    check: () => queue.add(touch),
    sweep: createSweep({
      database,
      queue,
      states,
      items,
      ledger,
      retention,
      subscriptions,
      purge,
      limits,
      now,
      notify,
    }),
    async close() {
      if (!database.open) return
      intake.close()
      handouts.close()
      purge.stop()
      queue.close()
      sync?.close()
      database.close()
    },
  }
}
