import { createHash } from 'node:crypto'
import { CHUNK_BYTES, MIB } from '../../protocol/limits.ts'
import type { StoreLimits } from '../../relay/store/store-limits.ts'
import type { Added, Bucket, BucketSettings, LoggedItem, NewItemHead, RelayStore } from '../../relay/store/store.ts'
import { finishUpload } from '../helpers/finish-upload.ts'

/** One place where a store keeps its data. */
export type StoreHarness = {
  /** Opens the store on this place's data, whatever was there before. */
  open(options: { now: () => number; limits?: Partial<StoreLimits> }): Promise<RelayStore>
  /** Called after the last store was closed. */
  remove(): Promise<void>
}

export const HOUR = 3_600_000
export const DAY = 24 * HOUR
export const ALL = { afterSeq: 0, limit: 1000, maxBytes: 64 * MIB }

/** What one test of the contract works with: an open store, a clock that it sets, and the usual calls. */
export type StoreWorld = {
  readonly store: RelayStore
  time: number
  start(): Promise<void>
  stop(): Promise<void>
  reopen(limits?: Partial<StoreLimits>): Promise<void>
  makeBucket(settings?: BucketSettings): Promise<Bucket>
  post(bucket: Bucket, body?: string, target?: string): Promise<Added>
  /** Their targets are `/in/0` and so on. */
  postMany(bucket: Bucket, count: number, body?: string): Promise<Added[]>
  subscribe(bucket: Bucket, name: string): Promise<{ bucketId: string; name: string }>
  bodyOf(item: LoggedItem): Promise<Uint8Array>
  /** A gap's body. */
  linesOf(item: LoggedItem | undefined): Promise<unknown[]>
}

export function createStoreWorld(makeHarness: () => Promise<StoreHarness>): StoreWorld {
  let harness: StoreHarness | null = null
  let store: RelayStore | null = null
  const opened = (): RelayStore => {
    if (store === null) throw new Error('The store is not open.')
    return store
  }
  const world: StoreWorld = {
    get store() {
      return opened()
    },
    time: 0,
    async start() {
      world.time = 1_800_000_000_000
      harness = await makeHarness()
      store = await harness.open({ now: () => world.time })
    },
    async stop() {
      await store?.close()
      await harness?.remove()
    },
    async reopen(limits = {}) {
      await store?.close()
      store = (await harness?.open({ now: () => world.time, limits })) ?? null
    },
    makeBucket: (settings = {}) => opened().admin.createBucket({ name: 'payments', settings }),
    async post(bucket, body = 'hello', target = '/in/1') {
      const begun = opened().intake.begin(headOf(bucket, target))
      begun?.write(Buffer.from(body))
      return begun === null ? { kind: 'gone' } : finishUpload(begun)
    },
    postMany: (bucket, count, body) =>
      Promise.all(Array.from({ length: count }, (_, n) => world.post(bucket, body, `/in/${n}`))),
    async subscribe(bucket, name) {
      const id = { bucketId: bucket.id, name }
      await opened().log.openSubscription(id)
      return id
    },
    async bodyOf(item) {
      return item.body ?? (await opened().log.readBody(item.id, 0, item.bodyBytes)) ?? new Uint8Array(0)
    },
    async linesOf(item) {
      if (item === undefined) return []
      const lines = Buffer.from(await world.bodyOf(item))
        .toString()
        .trimEnd()
        .split('\n')
      return lines.map((line): unknown => JSON.parse(line))
    },
  }
  return world
}

export function headOf(bucket: Bucket, target = '/in/1'): NewItemHead {
  const headers: [string, string][] = [
    ['Host', 'relay.example'],
    ['Content-Type', 'text/plain'],
  ]
  return { bucketId: bucket.id, inputId: null, remote: '192.0.2.1', method: 'POST', target, mountBytes: 3, headers }
}

/** Sends a body as a socket does: piece by piece, waiting whenever it is asked to. */
export async function upload(
  store: RelayStore,
  head: NewItemHead,
  body: Uint8Array,
  pieceBytes: number,
  onPiece: () => void = () => undefined,
): Promise<Added> {
  const begun = store.intake.begin(head)
  if (begun === null) throw new Error('The store has no room for a new upload.')
  for (let from = 0; from < body.byteLength; from += pieceBytes) {
    const mayGoOn = begun.write(Uint8Array.from(body.subarray(from, from + pieceBytes)))
    onPiece()
    if (!mayGoOn) await new Promise<void>((resolve) => waitFor(begun, resolve))
  }
  return await finishUpload(begun)
}

export function waitFor(begun: { onDrain: (() => void) | null } | null | undefined, resolve: () => void): void {
  if (begun) begun.onDrain = resolve
}

export async function readPieces(store: RelayStore, item: LoggedItem | undefined): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for (let from = 0; from < (item?.bodyBytes ?? 0); from += CHUNK_BYTES) {
    pieces.push((await store.log.readBody(item?.id ?? '', from, from + CHUNK_BYTES)) ?? new Uint8Array(0))
  }
  return Buffer.concat(pieces)
}

export function patterned(size: number): Buffer {
  const bytes = Buffer.alloc(size)
  for (let at = 0; at < size; at += 4093) bytes.writeUInt8((at * 31) % 251, at)
  return bytes
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

export function idOf(added: Added | undefined): string {
  return added?.kind === 'stored' ? added.id : ''
}

export function seqOf(added: Added | undefined): number {
  return added?.kind === 'stored' ? added.seq : 0
}

export function seqsOf(items: readonly LoggedItem[]): number[] {
  return items.map(({ seq }) => seq)
}
