import { createHash } from 'node:crypto'
import { CHUNK_BYTES } from '../../protocol/limits.ts'
import type { LoggedItem, RelayLog, SubscriptionId } from '../../relay/store/store.ts'

export type MemoryRelayLog = RelayLog & {
  /** Adds a request with this body and tells listeners. */
  add(bucketId: string, body?: Uint8Array): LoggedItem
  /** Ids that were acknowledged, in order. */
  readonly acked: string[]
  /** Takes the item's body away, as expiry does. */
  expireBody(id: string): void
}

/** The smallest thing that keeps `RelayLog`'s promises, for tests that must see each step of handing out. */
export function createMemoryRelayLog(): MemoryRelayLog {
  const items: { readonly item: LoggedItem; body: Uint8Array | null }[] = []
  const listeners = new Set<(bucketId: string) => void>()
  const settled = new Set<string>()
  const handouts = new Map<string, number>()
  const acked: string[] = []
  const key = (subscription: SubscriptionId, id: string): string =>
    `${subscription.bucketId}/${subscription.name}/${id}`

  return {
    acked,
    add(bucketId, body = new Uint8Array(0)) {
      const inBucket = items.filter(({ item }) => item.bucketId === bucketId)
      const item: LoggedItem = {
        id: `${bucketId}-${inBucket.length + 1}`,
        seq: inBucket.length + 1,
        bucketId,
        inputId: 'input',
        kind: 'request',
        receivedAt: 1_790_000_000_000,
        remote: '127.0.0.1',
        method: 'POST',
        target: '/in/input',
        mountBytes: 9,
        headers: [['Host', 'localhost']],
        trailers: [],
        bodyBytes: body.length,
        sha256: createHash('sha256').update(body).digest('hex'),
        rejected: null,
        gap: null,
        handouts: 0,
        redelivered: false,
        body: body.length <= CHUNK_BYTES ? body : null,
      }
      items.push({ item, body })
      for (const listener of listeners) listener(bucketId)
      return item
    },
    expireBody(id) {
      for (const entry of items) if (entry.item.id === id) entry.body = null
    },
    openSubscription: async () => undefined,
    pending: async (subscription) =>
      items.filter(({ item }) => item.bucketId === subscription.bucketId && !settled.has(key(subscription, item.id)))
        .length,
    async next(subscription, want) {
      return items
        .map(({ item }) => ({ ...item, handouts: handouts.get(key(subscription, item.id)) ?? 0 }))
        .filter((item) => item.bucketId === subscription.bucketId && item.seq > want.afterSeq)
        .filter((item) => !settled.has(key(subscription, item.id)))
        .slice(0, want.limit)
    },
    handedOut(subscription, ids) {
      for (const id of ids) handouts.set(key(subscription, id), (handouts.get(key(subscription, id)) ?? 0) + 1)
    },
    wasHandedOut: (subscription, id) => handouts.has(key(subscription, id)),
    async ack(subscription, ids) {
      for (const id of ids) {
        settled.add(key(subscription, id))
        acked.push(id)
      }
    },
    async readBody(id, from, to) {
      return items.find(({ item }) => item.id === id)?.body?.slice(from, to) ?? null
    },
    onAdded(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    list: async () => [],
    find: async () => null,
    redeliver: async () => false,
  }
}
