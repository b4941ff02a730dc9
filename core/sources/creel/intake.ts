import { createHash, hash, type Hash } from 'node:crypto'
import { MIB, WINDOW_ITEMS } from '../../../protocol/limits.ts'
import type { ChunkHead, ItemHead } from '../../../protocol/request-frame.ts'
import type { ItemBody, ItemSink } from '../relay-client.ts'
import { asError } from './link.ts'

/** Received and not stored: above the first, nothing more is read; below the second, reading goes on. */
const BEHIND_BYTES = 4 * MIB
const CAUGHT_UP_BYTES = 2 * MIB
/** More than the window allows is a relay's mistake, and must not cost memory. */
const BEHIND_ITEMS = 2 * WINDOW_ITEMS
const MOST_BUCKETS = 10_000
/** What a piece or a head takes beside its own bytes, roughly: pieces without bytes must not be free. */
const PIECE_COST = 512

export type IntakeProblem =
  /** The relay broke the protocol. */
  | { readonly kind: 'malformed'; readonly problem: string }
  /** A body is not what its hash says. */
  | { readonly kind: 'altered'; readonly problem: string }
  | { readonly kind: 'not-stored'; readonly problem: string }

/** Brings the items of one connection to the sink: whole, in order within a bucket, and never acknowledged before they are stored. */
export type Intake = {
  item(head: ItemHead, bytes: Uint8Array): void
  chunk(head: ChunkHead, bytes: Uint8Array): void
  /** Chunks of this id will come and are to be passed over. */
  ignore(id: string): void
  /** Takes nothing more in; what was not given to the sink whole is dropped. Resolves when the sink is done with the rest. */
  finish(): Promise<void>
  /** The connection is gone: bodies that are not whole are dropped. Idempotent. */
  abort(): void
}

type OpenBody = {
  readonly head: ItemHead
  readonly lane: Lane
  readonly hash: Hash
  readonly cost: number
  receivedBytes: number
  nextN: number
  body: ItemBody | null
}

/** The work of one bucket, one piece after the other. */
type Lane = { readonly waiting: (() => Promise<void> | null)[]; isBusy: boolean; open: OpenBody | null }

export function createIntake(options: {
  readonly sink: ItemSink
  readonly onStored: (id: string) => void
  readonly onBehind: (isBehind: boolean) => void
  /** At most once; nothing is taken in afterwards. */
  readonly onProblem: (problem: IntakeProblem) => void
}): Intake {
  const lanes = new Map<string, Lane>()
  /** Bodies whose last chunk is still to come, by id. */
  const receiving = new Map<string, OpenBody>()
  const unfinished = new Set<OpenBody>()
  const ignored = new Set<string>()
  /** Items that the sink was given and has not stored yet. A set of their promises would be rehashed again and again, and its outgrown tables keep them alive. */
  let storing = 0
  let onIdle: (() => void) | null = null
  let heldBytes = 0
  let heldItems = 0
  let isBehind = false
  let isOver = false

  function fail(kind: IntakeProblem['kind'], problem: string): void {
    if (isOver) return
    abort()
    options.onProblem({ kind, problem })
  }

  function abort(): void {
    isOver = true
    for (const lane of lanes.values()) lane.waiting.length = 0
    for (const open of unfinished) open.body?.abort()
    unfinished.clear()
    receiving.clear()
  }

  function hold(bytes: number, items: number): void {
    heldBytes += bytes
    heldItems += items
    if (isOver) return
    if (!isBehind && (heldBytes > BEHIND_BYTES || heldItems > BEHIND_ITEMS)) {
      isBehind = true
      options.onBehind(true)
    } else if (isBehind && heldBytes <= CAUGHT_UP_BYTES && heldItems <= WINDOW_ITEMS) {
      isBehind = false
      options.onBehind(false)
    }
  }

  /** Runs at once when nothing is before it, so that many items share one commit. */
  function enqueue(lane: Lane, work: () => Promise<void> | null): void {
    lane.waiting.push(work)
    if (!lane.isBusy) runLane(lane)
  }

  function runLane(lane: Lane): void {
    for (let work = lane.waiting.shift(); work; work = lane.waiting.shift()) {
      const pending = attempt(work)
      if (!pending) continue
      lane.isBusy = true
      pending.then(
        () => {
          lane.isBusy = false
          runLane(lane)
        },
        (error: unknown) => fail('not-stored', asError(error).message),
      )
      return
    }
  }

  function attempt(work: () => Promise<void> | null): Promise<void> | null {
    try {
      return work()
    } catch (error) {
      fail('not-stored', asError(error).message)
      return null
    }
  }

  /** The sink is called in order; its promises settle together, one commit for many. */
  function track(id: string, bytes: number, stored: Promise<void>): null {
    storing += 1
    stored.then(
      () => {
        storing -= 1
        hold(-bytes, -1)
        options.onStored(id)
        if (storing === 0) onIdle?.()
      },
      (error: unknown) => {
        storing -= 1
        hold(-bytes, -1)
        fail('not-stored', asError(error).message)
        if (storing === 0) onIdle?.()
      },
    )
    return null
  }

  function laneOf(bucket: string): Lane {
    const known = lanes.get(bucket)
    if (known) return known
    // No token reads so many: this relay makes them up, and each costs memory.
    if (lanes.size >= MOST_BUCKETS) fail('malformed', `Items of more than ${MOST_BUCKETS} buckets came.`)
    const lane: Lane = { waiting: [], isBusy: false, open: null }
    lanes.set(bucket, lane)
    return lane
  }

  function finishBody(open: OpenBody): void {
    const { head, lane } = open
    receiving.delete(head.id)
    lane.open = null
    if (open.receivedBytes !== head.bodyBytes || open.hash.digest('hex') !== head.sha256) {
      return fail('altered', `The body of ${head.id} is not the one that its hash was made of.`)
    }
    enqueue(lane, () => {
      const { body } = open
      unfinished.delete(open)
      return body && track(head.id, open.cost, body.finish())
    })
  }

  return {
    item(head, bytes) {
      if (isOver) return
      const lane = laneOf(head.bucket)
      if (isOver) return
      if (lane.open) return fail('malformed', `Item ${head.id} came before the last chunk of ${lane.open.head.id}.`)
      const cost = costOf(head)
      if (head.chunked) {
        if (receiving.has(head.id)) return fail('malformed', `Item ${head.id} came again before its last chunk.`)
        // All of them wait for chunks, so that none would ever make room: no window allows for so many.
        if (receiving.size >= BEHIND_ITEMS) return fail('malformed', 'More bodies were begun than any window allows.')
        const open: OpenBody = { head, lane, hash: createHash('sha256'), cost, receivedBytes: 0, nextN: 0, body: null }
        lane.open = open
        receiving.set(head.id, open)
        unfinished.add(open)
        hold(cost, 1)
        return enqueue(lane, () => {
          open.body = options.sink.begin(head)
          return null
        })
      }
      if (hash('sha256', bytes, 'hex') !== head.sha256) {
        return fail('altered', `The body of ${head.id} is not the one that its hash was made of.`)
      }
      // A copy of its own: the frame is a view of a buffer that other frames share.
      const body = new Uint8Array(bytes)
      const held = cost + body.length
      hold(held, 1)
      enqueue(lane, () => track(head.id, held, options.sink.store(head, body)))
    },
    chunk(head, bytes) {
      if (isOver) return
      if (ignored.has(head.id)) {
        if (head.last) ignored.delete(head.id)
        return
      }
      const open = receiving.get(head.id)
      if (!open) return fail('malformed', `A chunk came of ${head.id}, which is not being sent.`)
      if (head.n !== open.nextN)
        return fail('malformed', `Chunk ${head.n} of ${head.id} came instead of ${open.nextN}.`)
      open.nextN += 1
      open.receivedBytes += bytes.length
      if (open.receivedBytes > open.head.bodyBytes) {
        return fail('malformed', `${head.id} brings more bytes than the ${open.head.bodyBytes} that it announced.`)
      }
      open.hash.update(bytes)
      const piece = new Uint8Array(bytes)
      const pieceCost = PIECE_COST + piece.length
      hold(pieceCost, 0)
      enqueue(open.lane, () => (open.body ? open.body.write(piece).finally(() => hold(-pieceCost, 0)) : null))
      if (head.last) finishBody(open)
    },
    ignore(id) {
      if (ignored.size < 10_000) ignored.add(id)
    },
    async finish() {
      abort()
      if (storing > 0) await new Promise<void>((resolve) => (onIdle = resolve))
    },
    abort,
  }
}

/** Bytes that a head takes in memory, roughly. */
function costOf(head: ItemHead): number {
  if (head.kind === 'gap') return PIECE_COST
  let bytes = PIECE_COST + head.target.length
  for (const line of head.headers) bytes += line[0].length + line[1].length
  for (const line of head.trailers) bytes += line[0].length + line[1].length
  return bytes
}
