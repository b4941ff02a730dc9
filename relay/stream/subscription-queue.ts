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

/** What was handed out and is not known to be settled. One record of all, as each table more is entered and left by every item. */
type HandedOut = {
  readonly id: string
  readonly bytes: number
  /** How many times. */
  count: number
  /** Who holds it; null while it waits to be handed out again. */
  member: QueueMember | null
  /** Not to be handed out though not acknowledged: given back with a delay, or its acknowledgement is being committed. */
  isWithheld: boolean
}

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
  const handedOut = createNumberTable<HandedOut>()
  /** Of what somebody holds. */
  const seqsOf = createIdTable<readonly number[]>()
  const timers = new Set<ReturnType<typeof setTimeout>>()
  let unnoted: string[] = []
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

  function isFree(seq: number): boolean {
    const known = handedOut.get(seq)
    return known === undefined || (known.member === null && !known.isWithheld)
  }

  async function fill(): Promise<void> {
    while (!closed && ready.length === 0 && !isDrained) {
      const before = { rewinds, additions }
      const items = await log.next(subscription, { afterSeq: cursor, limit: FETCH_ITEMS, maxBytes: FETCH_BYTES })
      if (closed || before.rewinds !== rewinds) continue
      const last = items.at(-1)
      if (last) cursor = last.seq
      else if (before.additions === additions) isDrained = true
      ready = items.filter(({ seq }) => isFree(seq))
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

  /** Takes an item from whoever holds it. */
  function release(seq: number, isWithheld: boolean): void {
    const item = handedOut.get(seq)
    if (!item?.member) return
    const { id, bytes, member } = item
    item.member = null
    item.isWithheld = isWithheld
    const seqs = seqsOf.get(id) ?? []
    if (seqs.length > 1) {
      seqsOf.set(
        id,
        seqs.filter((other) => other !== seq),
      )
    } else seqsOf.delete(id)
    const held = members.get(member)
    if (held === undefined) return
    members.set(member, held - 1)
    member.released(bytes)
  }

  function handOutLater(seq: number, delayMs: number): void {
    later(delayMs, () => {
      const item = handedOut.get(seq)
      if (item) item.isWithheld = false
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

  function forgetUnheld(ids: ReadonlySet<string>): void {
    const known = [...handedOut.entries()]
    for (const [seq, { id, member }] of known) if (member === null && ids.has(id)) handedOut.delete(seq)
  }

  const queue: SubscriptionQueue = {
    bucketId: subscription.bucketId,
    join(member) {
      members.set(member, 0)
    },
    leave(member) {
      members.delete(member)
      for (const [seq, item] of handedOut.entries()) {
        if (item.member !== member) continue
        release(seq, false)
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
      const { id, seq, bodyBytes: bytes } = item
      const count = Math.max(item.handouts, handedOut.get(seq)?.count ?? 0) + 1
      handedOut.set(seq, { id, bytes, count, member, isWithheld: false })
      unnoted.push(id)
      const seqs = seqsOf.get(id)
      seqsOf.set(id, seqs ? [...seqs, seq] : [seq])
      members.set(member, (members.get(member) ?? 0) + 1)
      if (members.size > 1) for (const other of members.keys()) if (other !== member) other.wake()
      return count
    },
    noteHandouts() {
      if (unnoted.length === 0) return
      const ids = unnoted
      unnoted = []
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
          release(seq, true)
          settled.push(seq)
        }
      }
      try {
        await log.ack(subscription, ids)
      } catch (problem) {
        for (const seq of settled) handOutLater(seq, AFTER_FAILURE_MS)
        throw problem
      }
      for (const seq of settled) handedOut.delete(seq)
      if (again.size > 0) forgetUnheld(again)
    },
    giveBack(id, delayMs) {
      const seqs = seqsOf.get(id)
      for (const seq of seqs ?? []) {
        release(seq, true)
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
