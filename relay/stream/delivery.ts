import { freeBytes } from '../store/free-bytes.ts'
import type { LoggedItem, RelayLog } from '../store/store.ts'
import { createFrameMemory, type FrameMemory } from './frame-memory.ts'
import { chunkRange, encodeChunk, encodeItem, isChunked } from './item-frames.ts'
import { createSubscriptionQueue, type QueueMember, type SubscriptionQueue } from './subscription-queue.ts'

/** How much may be handed out to one agent and not acknowledged. */
export type Window = { readonly items: number; readonly bytes: number }

/** Where an agent's frames go: what a door (WebSocket, SSE, poll) has to offer. */
export type Outlet = {
  /** False while too much waits to be written; the door calls `pump` when that has changed. */
  hasRoom(): boolean
  /** Tells once it does not need the frame's bytes any more, also when they could not be sent. */
  send(frame: Uint8Array, onSent?: () => void): void
  /** All that is sent is sent within such a `work`; its frames may share a packet. */
  together(work: () => void): void
  /** The items of this agent cannot go on: its connection must end. */
  fail(problem: unknown): void
}

export type AgentFeed = {
  /** Sends what may be sent. */
  pump(): void
  /** Resolves after the commit. */
  ack(ids: readonly string[]): Promise<void>
  giveBack(id: string, delayMs: number): void
  inFlight(): Window
  /** What is not acknowledged is handed out again. Idempotent. */
  leave(): void
}

export type Delivery = {
  join(agent: {
    readonly subscription: string
    readonly bucketIds: readonly string[]
    readonly window: Window
    readonly outlet: Outlet
  }): AgentFeed
}

/** Hands items out to agents: window, order, leases. Knows nothing of how frames travel. */
export function createDelivery(options: {
  readonly log: RelayLog
  readonly onProblem: (problem: unknown) => void
}): Delivery {
  const queues = new Map<string, SubscriptionQueue>()
  const memory = createFrameMemory()

  function openQueue(bucketId: string, name: string): SubscriptionQueue {
    const key = JSON.stringify([bucketId, name])
    const known = queues.get(key)
    if (known) return known
    const queue = createSubscriptionQueue({ ...options, subscription: { bucketId, name } })
    queues.set(key, queue)
    return queue
  }

  function closeUnused(): void {
    for (const [key, queue] of queues) {
      if (!queue.isEmpty()) continue
      queue.close()
      queues.delete(key)
    }
  }

  return {
    join({ subscription, bucketIds, window, outlet }) {
      return createFeed({
        log: options.log,
        memory,
        window,
        outlet,
        queues: bucketIds.map((bucketId) => openQueue(bucketId, subscription)),
        onLeft: closeUnused,
      })
    },
  }
}

/** One bucket's way to one agent: an item and its chunks go out whole before the next item of the bucket. */
type Lane = { readonly queue: SubscriptionQueue; sending: Sending | null }
type Sending = { readonly item: LoggedItem; n: number; piece: Uint8Array | null }

function createFeed(options: {
  readonly log: RelayLog
  readonly memory: FrameMemory
  readonly window: Window
  readonly outlet: Outlet
  readonly queues: readonly SubscriptionQueue[]
  readonly onLeft: () => void
}): AgentFeed {
  const { window, outlet, queues, memory } = options
  const lanes = queues.map((queue): Lane => ({ queue, sending: null }))
  let items = 0
  let bytes = 0
  /** The lane whose item has no room in the window: no other begins an item, or a large one would wait for ever. */
  let blocked: Lane | null = null
  let turn = 0
  let isAwake = false
  let isPumping = false
  let hasLeft = false

  const fits = (item: LoggedItem): boolean =>
    items === 0 || (items < window.items && bytes + item.bodyBytes <= window.bytes)

  const member: QueueMember = {
    wake() {
      if (isAwake) return
      isAwake = true
      queueMicrotask(() => {
        isAwake = false
        pump()
      })
    },
    canTake(queue, item) {
      const lane = lanes.find((one) => one.queue === queue)
      return lane?.sending === null && (blocked === null || blocked === lane) && fits(item) && outlet.hasRoom()
    },
    released(itemBytes) {
      items -= 1
      bytes -= itemBytes
      member.wake()
    },
  }

  function pump(): void {
    if (hasLeft || isPumping) return
    isPumping = true
    try {
      outlet.together(() => {
        while (!hasLeft && outlet.hasRoom() && sendOne()) continue
      })
      for (const queue of queues) queue.noteHandouts()
    } catch (problem) {
      outlet.fail(problem)
    } finally {
      isPumping = false
    }
  }

  /** Sends one frame of the lane whose turn it is. False when none has anything to send. */
  function sendOne(): boolean {
    if (blocked && beginItem(blocked)) return true
    for (let i = 0; i < lanes.length; i += 1) {
      const lane = lanes[(turn + i) % lanes.length]
      if (!lane) continue
      const sent = lane.sending ? sendChunk(lane, lane.sending) : blocked === null && beginItem(lane)
      if (!sent) continue
      turn = (turn + i + 1) % lanes.length
      return true
    }
    return false
  }

  function beginItem(lane: Lane): boolean {
    const item = lane.queue.peek(member)
    if (!item || !fits(item)) {
      blocked = item ? lane : null
      return false
    }
    blocked = null
    const handout = lane.queue.take(member)
    items += 1
    bytes += item.bodyBytes
    const frame = encodeItem(item, handout, memory)
    outlet.send(frame, () => memory.giveBack(frame))
    if (isChunked(item)) {
      lane.sending = { item, n: 0, piece: null }
      readPiece(lane.sending)
    }
    return true
  }

  function sendChunk(lane: Lane, sending: Sending): boolean {
    if (sending.piece === null) return false
    const { isLast } = chunkRange(sending.item.bodyBytes, sending.n)
    const head = { id: sending.item.id, n: sending.n, last: isLast }
    const frame = encodeChunk(head, sending.piece, memory)
    freeBytes(sending.piece)
    outlet.send(frame, () => memory.giveBack(frame))
    sending.n += 1
    sending.piece = null
    if (isLast) lane.sending = null
    else readPiece(sending)
    return true
  }

  function readPiece(sending: Sending): void {
    const { from, to } = chunkRange(sending.item.bodyBytes, sending.n)
    options.log.readBody(sending.item.id, from, to).then(
      (piece) => {
        if (hasLeft) return
        if (piece?.length !== to - from) {
          outlet.fail(new Error(`The body of ${sending.item.id} went away while it was sent.`))
          return
        }
        sending.piece = piece
        pump()
      },
      (problem: unknown) => {
        if (!hasLeft) outlet.fail(problem)
      },
    )
  }

  for (const queue of queues) queue.join(member)
  return {
    pump,
    async ack(ids) {
      await Promise.all(sortByQueue(queues, ids).map(([queue, mine]) => queue.ack(mine)))
    },
    giveBack(id, delayMs) {
      for (const queue of queues) queue.giveBack(id, delayMs)
    },
    inFlight: () => ({ items, bytes }),
    leave() {
      if (hasLeft) return
      hasLeft = true
      for (const queue of queues) queue.leave(member)
      options.onLeft()
    },
  }
}

/** An id that no queue has handed out is told to all: it may be of an earlier connection, and the log ignores what it does not know. */
function sortByQueue(
  queues: readonly SubscriptionQueue[],
  ids: readonly string[],
): readonly [SubscriptionQueue, readonly string[]][] {
  if (queues.length === 1) return queues.map((queue) => [queue, ids])
  const strangers = ids.filter((id) => !queues.some((queue) => queue.isLeased(id)))
  return queues
    .map((queue): [SubscriptionQueue, readonly string[]] => [
      queue,
      [...ids.filter((id) => queue.isLeased(id)), ...strangers],
    ])
    .filter(([, mine]) => mine.length > 0)
}
