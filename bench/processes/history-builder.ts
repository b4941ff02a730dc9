import { openForWriting } from '../../core/history/open-database.ts'
import { toArrivalRow } from '../../core/history/arrival-row.ts'
import type { PlannedDelivery } from '../../core/history/history.ts'
import type { Call, WriterCalls } from '../../core/history/threads/messages.ts'
import { prepareIndexer } from '../../core/history/search/indexer.ts'
import { prepareJobs } from '../../core/history/writing/jobs.ts'
import type { RequestId, SourceId, TargetId } from '../../protocol/ids.ts'
import { unpackStoreReply, type PackedStoreReply } from '../../core/history/threads/packing.ts'
import { sayReady, serve } from '../serve.ts'
import { githubWebhook } from '../webhook.ts'

export type BuilderCalls = {
  readonly build: { input: { file: string; rows: number }; output: null }
}

const ROWS_PER_COMMIT = 5_000
const FIRST_AT = 1_750_000_000_000
const EVENTS = [
  ['github', 'push', '/github'],
  ['github', 'pull_request.opened', '/github'],
  ['stripe', 'invoice.paid', '/stripe'],
  ['shopify', 'orders/create', '/shop/orders'],
] as const

/**
 * Fills a history through the writer's own jobs and then its index of words, only without waiting for the disk: three sources, one delivery each; 1 in 25 failed, 1 in 10,000 with the
 * word `needle` in its path, 1 in 4 with `orders`. Bodies are short, because no list reads them.
 */
function build({ file, rows }: BuilderCalls['build']['input']): null {
  const db = openForWriting({ file, nativeBinding: null, role: 'writer' })
  db.pragma('synchronous = OFF')
  db.pragma('wal_autocheckpoint = 20000')
  const jobs = prepareJobs(db)
  let callId = 0
  const run = <N extends keyof WriterCalls>(name: N, input: WriterCalls[N]['input'], now: number): unknown => {
    callId += 1
    // The name and its input belong together by this function's own type.
    return jobs.toJob({ id: callId, name, input } as Call<WriterCalls>, now).run()
  }
  const { headers } = githubWebhook()
  const lines = headers.map(([name, value]): [string, string] => [name, value])
  const sources: SourceId[] = []
  let target: TargetId | null = null

  for (let first = 0; first < rows; first += ROWS_PER_COMMIT) {
    db.exec('BEGIN IMMEDIATE')
    jobs.counters.reset()
    if (target === null) {
      target = (
        run('addTarget', { url: 'http://localhost:3000', options: OPTIONS, held: false }, FIRST_AT) as { id: TargetId }
      ).id
      for (const name of ['Shop', 'Billing', 'Code']) {
        const source = {
          kind: 'creel',
          name,
          relayUrl: 'http://127.0.0.1:9',
          tokenKey: 'crk_none00',
          buckets: [],
          targets: [target],
          held: true,
          disconnected: true,
        } as const
        sources.push((run('addSource', { ...source, buckets: [], targets: [target] }, FIRST_AT) as { id: SourceId }).id)
      }
    }
    const read: RequestId[] = []
    for (let n = first; n < Math.min(rows, first + ROWS_PER_COMMIT); n += 1) {
      const [provider, event, path] = EVENTS[n % EVENTS.length] ?? EVENTS[0]
      const now = FIRST_AT + n * 1_000
      const isFailed = n % 25 === 0
      const delivery: PlannedDelivery = {
        targetId: target,
        url: 'http://localhost:3000',
        reason: 'captured',
        state: isFailed ? 'failed' : 'sending',
        holdReason: null,
      }
      const rest = `${path}${n % 10_000 === 5_000 ? '/needle' : ''}/${String(n).padStart(8, '0')}`
      const body = Buffer.from(`{"n":${n}}`)
      const arrival = toArrivalRow({
        sourceId: sources[n % sources.length] ?? null,
        originId: null,
        kind: 'captured',
        receivedAt: now,
        relaySeq: n + 1,
        remote: '192.0.2.7',
        method: 'POST',
        requestTarget: `/in/4b2f${rest}`,
        mountBytes: 8,
        headers: lines,
        trailers: [],
        bodyBytes: body.length,
        sha256: null,
        detail: null,
        parentId: null,
        provider,
        event,
        senderId: null,
        redelivered: false,
      })
      const content = { kind: 'inline', bytes: new Uint8Array(body) } as const
      const packed = run('store', { arrival, content, deliveries: [delivery] }, now) as PackedStoreReply
      const reply = unpackStoreReply(packed, arrival.originId)
      if (reply.kind !== 'stored') throw new Error(`Row ${n} is ${reply.kind}.`)
      read.push(reply.id)
      if (isFailed) continue
      const changes = reply.deliveryIds.map(
        (id) => ({ id, state: 'answered', holdReason: null, nextAttemptAt: null }) as const,
      )
      run('changeDeliveries', changes, now)
    }
    run('markRead', read, FIRST_AT)
    jobs.counters.write()
    db.exec('COMMIT')
  }
  const indexer = prepareIndexer(db)
  while (indexer.step());
  db.pragma('wal_checkpoint(TRUNCATE)')
  db.close()
  return null
}

const OPTIONS = {
  keepHost: false,
  allowSelfSigned: false,
  refuseClimbingPaths: false,
  firstByteTimeoutMs: 30_000,
  idleTimeoutMs: 30_000,
  inFlight: 8,
}

serve<BuilderCalls>({ build })
sayReady()
