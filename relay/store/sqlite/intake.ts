import { createHash } from 'node:crypto'
import type { RejectedDetail } from '../../../protocol/request.ts'
import { createBag } from '../../bag.ts'
import type { StoreLimits } from '../store-limits.ts'
import type { Added, NewItemHead, RelayIntake } from '../store.ts'
import type { BodyChunks } from './body-chunks.ts'
import type { BucketStates } from './bucket-states.ts'
import { createChunkMemory } from './chunk-memory.ts'
import type { CommitQueue } from './commit-queue.ts'
import type { Ledger, NewItem } from './ledger.ts'
import type { Purge } from './purge.ts'
import type { Retention } from './retention.ts'
import { SqliteUpload } from './upload.ts'
import type { UploadHost } from './upload.ts'

export type Intake = RelayIntake & {
  readonly uncommittedBytes: number
  readonly droppedRejected: number
  /** After each round of the queue: lets paused uploads go on. */
  resume(): void
  /** Ends the uploads that are not finished. */
  close(): void
}

type Parts = {
  readonly queue: CommitQueue
  readonly states: BucketStates
  readonly ledger: Ledger
  readonly retention: Retention
  readonly chunks: BodyChunks
  readonly purge: Purge
  readonly limits: StoreLimits
  readonly now: () => number
  /** Writes next to nothing. */
  readonly touch: () => void
}

const NO_BODY = { bodyBytes: 0, sha256: createHash('sha256').digest(), body: new Uint8Array(0), bodyId: null } as const

export function createIntake(parts: Parts): Intake {
  const { queue, states, ledger, retention, chunks, purge, limits, now, touch } = parts
  const uploads = createBag<SqliteUpload>()
  const paused = new Set<SqliteUpload>()
  let uncommittedBytes = 0
  let droppedRejected = 0
  let isClosed = false

  function add(bucketId: string, item: NewItem): Added {
    const state = states.get(bucketId)
    if (state === null) {
      // A transaction that writes nothing does not wait for the disk: how soon it is answered would tell which inputs exist.
      touch()
      return { kind: 'gone' }
    }
    if (!retention.admit(state, item.bodyBytes)) return { kind: 'full', retryAfterSeconds: limits.retryAfterSeconds }
    const { text, seq } = ledger.append(state, item)
    return { kind: 'stored', id: text, seq, receivedAt: item.receivedAt }
  }

  function isHeldUp(upload: SqliteUpload): boolean {
    return upload.uncommittedBytes >= limits.uncommittedBytesPerRequest || uncommittedBytes >= limits.uncommittedBytes
  }

  const host: UploadHost = {
    push: queue.push,
    now,
    insertChunk: chunks.insert,
    readChunks: chunks.read,
    add,
    account(bytes) {
      uncommittedBytes += bytes
    },
    mayGoOn(upload) {
      if (!isHeldUp(upload)) return true
      paused.add(upload)
      // Even when nothing waits for a commit: the round decides what has to go to disk so that somebody can go on.
      queue.wake()
      return false
    },
    forget(upload) {
      uploads.delete(upload)
      paused.delete(upload)
    },
    freeBody: purge.addBody,
    memory: createChunkMemory(),
  }

  function begin(head: NewItemHead): SqliteUpload | null {
    if (isClosed || uncommittedBytes >= limits.uncommittedBytes) return null
    const upload = new SqliteUpload(host, head)
    uploads.add(upload)
    return upload
  }

  // Called after the jobs gave their bytes back: before that, a lone large upload would wait for ever.
  function resume(): void {
    for (const upload of paused) {
      if (isHeldUp(upload)) continue
      paused.delete(upload)
      upload.onDrain?.()
    }
    // All of the budget may be held by bodies too short for a chunk: the longest give way, or nobody could go on.
    if (uncommittedBytes < limits.uncommittedBytes || !queue.isEmpty) return
    const longest = uploads.all().sort((one, other) => other.uncommittedBytes - one.uncommittedBytes)
    for (const upload of longest.slice(0, 16)) upload.spill()
  }

  return {
    begin,
    resume,
    async reject(head: NewItemHead, rejected: RejectedDetail) {
      const receivedAt = now()
      await queue.add(() => {
        const state = states.get(head.bucketId)
        if (state === null) return
        if (!retention.admit(state, 0)) {
          droppedRejected += 1
          return
        }
        const { inputId, remote, method, target, mountBytes, headers } = head
        const stored = { inputId, remote, method, target, mountBytes, headers, trailers: [], rejected }
        ledger.append(state, { kind: 'rejected', receivedAt, head: stored, ...NO_BODY })
      })
    },
    get uncommittedBytes() {
      return uncommittedBytes
    },
    get droppedRejected() {
      return droppedRejected
    },
    close() {
      isClosed = true
      for (const upload of uploads.all()) upload.abort()
    },
  }
}
