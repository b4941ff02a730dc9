import { KIB } from '../../protocol/limits.ts'
import type { LoggedItem, RelayLog, SubscriptionId } from '../store/store.ts'
import { createIdTable, createNumberTable } from '../table.ts'

/** What is fetched ahead of being handed out. Each subscription whose agent does not read keeps so much in memory, and there may be a thousand. */
const FETCH_ITEMS = 256
const FETCH_BYTES = 256 * KIB
/** A store that failed is not asked again at once, or broken store and agent would go round in circles. */
const AFTER_FAILURE_MS = 10_000

/** One agent's share in a queue. */
export type QueueMember = {
  /** Asks it to look again for something to take. */
  wake(): void
  /** Whether it would take this item if it looked now. */
  canTake(queue: SubscriptionQueue, item: LoggedItem): boolean
  /** An item that it holds is settled: its window has room again. */
  released(bytes: number): void
}

type Lease = { readonly id: string; readonly member: QueueMember; readonly bytes: number }

/**
 * The items of one subscription that wait or are handed out and not acknowledged. Agents of one subscription share it. All state is in memory:
 * what is lost with the process is handed out again, because only the log knows what was acknowledged.
 */
export type SubscriptionQueue = {
  readonly bucketId: string
  join(member: QueueMember): void
  /** What the member holds is handed out again. */
  leave(member: QueueMember): void
  /** The next item for this member, or null: then it is woken when asking again may help. */
  peek(member: QueueMember): LoggedItem | null
  /** Leases the item that `peek` gave. Answers how many times it is handed out with this one. */
  take(member: QueueMember): number
  /** Tells the log what was handed out since the last call. */
  noteHandouts(): void
  isLeased(id: string): boolean
  ack(ids: readonly string[]): Promise<void>
  /** Hands an item out again, not before `delayMs` have passed. False when it is not handed out. */
  giveBack(id: string, delayMs: number): boolean
  isEmpty(): boolean
  close(): void
}

export function createSubscriptionQueue(options: {
  readonly log: RelayLog
  readonly subscription: SubscriptionId
  readonly onProblem: (problem: unknown) => void
}): SubscriptionQueue {
  const { log, subscription } = options
  const members = new Map<QueueMember, number>()
  const leases = createNumberTable<Lease>()
  const seqsOf = createIdTable<number[]>()
  /** Not to be handed out though not acknowledged: given back with a delay, or its acknowledgement is being committed. */
  const withheld = createNumberTable<true>()
  const handouts = createNumberTable<number>()
  const timers = new Set<ReturnType<typeof setTimeout>>()
  let handedOut: string[] = []
  let ready: LoggedItem[] = []
  let cursor = 0
  let rewinds = 0
  let filling = false
  let isDrained = false
  let willRetry = false
  let additions = 0
  let closed = false

  const stopListening = log.onAdded((bucketId) => {
    if (bucketId !== subscription.bucketId) return
    additions += 1
    isDrained = false
    if (ready.length === 0) wakeAll()
  })

  function wakeAll(): void {
    for (const member of members.keys()) member.wake()
  }

  /** Goes back to an item that is to be handed out again; what is leased meanwhile is passed over. */
  function rewindTo(seq: number): void {
    if (seq > cursor) return
    cursor = seq - 1
    ready = []
    rewinds += 1
    isDrained = false
  }

  async function fill(): Promise<void> {
    while (!closed && ready.length === 0 && !isDrained) {
      const before = { rewinds, additions }
      const items = await log.next(subscription, { afterSeq: cursor, limit: FETCH_ITEMS, maxBytes: FETCH_BYTES })
      if (closed || before.rewinds !== rewinds) continue
      const last = items.at(-1)
      if (last) cursor = last.seq
      else if (before.additions === additions) isDrained = true
      ready = items.filter((item) => !leases.has(item.seq) && !withheld.has(item.seq))
    }
  }

  function startFilling(): void {
    if (filling || isDrained || closed) return
    filling = true
    fill()
      .catch((problem: unknown) => {
        isDrained = true
        options.onProblem(problem)
        retryLater()
      })
      .finally(() => {
        filling = false
        // Also when something was added between the last look and now.
        if (ready.length > 0 || !isDrained) wakeAll()
      })
  }

  /** The one who holds least goes first, so that several agents share the work. */
  function isFairFor(member: QueueMember, item: LoggedItem): boolean {
    const held = members.get(member) ?? 0
    for (const [other, othersHeld] of members) {
      if (other === member || othersHeld >= held || !other.canTake(queue, item)) continue
      other.wake()
      return false
    }
    return true
  }

  function release(seq: number): Lease | null {
    const lease = leases.get(seq)
    if (!lease) return null
    leases.delete(seq)
    const others = (seqsOf.get(lease.id) ?? []).filter((other) => other !== seq)
    if (others.length > 0) seqsOf.set(lease.id, others)
    else seqsOf.delete(lease.id)
    const held = members.get(lease.member)
    if (held !== undefined) {
      members.set(lease.member, held - 1)
      lease.member.released(lease.bytes)
    }
    return lease
  }

  function handOutLater(seq: number, delayMs: number): void {
    withheld.set(seq, true)
    later(delayMs, () => {
      withheld.delete(seq)
      rewindTo(seq)
    })
  }

  /** One at a time, however often it fails meanwhile. */
  function retryLater(): void {
    if (willRetry) return
    willRetry = true
    later(AFTER_FAILURE_MS, () => {
      willRetry = false
      isDrained = false
    })
  }

  function later(delayMs: number, work: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer)
      work()
      wakeAll()
    }, delayMs)
    timers.add(timer)
  }

  const queue: SubscriptionQueue = {
    bucketId: subscription.bucketId,
    join(member) {
      members.set(member, 0)
    },
    leave(member) {
      members.delete(member)
      for (const [seq, lease] of leases.entries()) {
        if (lease.member !== member) continue
        release(seq)
        rewindTo(seq)
      }
      wakeAll()
    },
    peek(member) {
      const item = ready[0]
      if (!item) {
        startFilling()
        return null
      }
      return members.size === 1 || isFairFor(member, item) ? item : null
    },
    take(member) {
      const item = ready.shift()
      if (!item) throw new Error('Nothing was there to take: peek comes first.')
      const handout = Math.max(item.handouts, handouts.get(item.seq) ?? 0) + 1
      handouts.set(item.seq, handout)
      handedOut.push(item.id)
      leases.set(item.seq, { id: item.id, member, bytes: item.bodyBytes })
      const seqs = seqsOf.get(item.id)
      if (seqs) seqs.push(item.seq)
      else seqsOf.set(item.id, [item.seq])
      members.set(member, (members.get(member) ?? 0) + 1)
      if (members.size > 1) for (const other of members.keys()) if (other !== member) other.wake()
      return handout
    },
    noteHandouts() {
      if (handedOut.length === 0) return
      const ids = handedOut
      handedOut = []
      log.handedOut(subscription, ids)
    },
    isLeased: (id) => seqsOf.has(id),
    async ack(said) {
      // What was never handed out nobody can have: whoever guesses its id, or has it from elsewhere, must not make it go away.
      const ids = said.filter((id) => seqsOf.has(id) || log.wasHandedOut(subscription, id))
      if (ids.length === 0) return
      // An old connection's acknowledgement may come when the item waits to be handed out again.
      const again = new Set(ids.filter((id) => !seqsOf.has(id)))
      if (again.size > 0) ready = ready.filter((item) => !again.has(item.id))
      const settled: number[] = []
      for (const id of ids) {
        for (const seq of seqsOf.get(id) ?? []) {
          release(seq)
          withheld.set(seq, true)
          settled.push(seq)
        }
      }
      try {
        await log.ack(subscription, ids)
      } catch (problem) {
        for (const seq of settled) handOutLater(seq, AFTER_FAILURE_MS)
        throw problem
      }
      for (const seq of settled) {
        withheld.delete(seq)
        handouts.delete(seq)
      }
    },
    giveBack(id, delayMs) {
      const seqs = seqsOf.get(id)
      for (const seq of seqs ?? []) {
        release(seq)
        handOutLater(seq, delayMs)
      }
      return seqs !== undefined
    },
    isEmpty: () => members.size === 0,
    close() {
      closed = true
      stopListening()
      for (const timer of timers) clearTimeout(timer)
    },
  }
  return queue
}
