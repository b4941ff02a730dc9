import { v7 as uuidV7 } from 'uuid'
import { CHUNK_BYTES, MIB } from '../../../protocol/limits.ts'
import type { ItemHead } from '../../../protocol/request-frame.ts'
import { settleWithin } from '../../forwarding/settle-within.ts'
import type { ItemSink } from '../relay-client.ts'
import type { SmeeRequest } from './read-event.ts'

/** Puts what came into the history, one after the other. */
export type Storing = {
  add(request: SmeeRequest): void
  /** Resolves when nothing waits any more, or `withinMs` have passed. */
  settle(withinMs: number): Promise<void>
}

type Waiting = Pick<SmeeRequest, 'body'> & { readonly head: Extract<ItemHead, { kind: 'request' }> }

/** What may wait in memory while the history cannot be written; beyond it the stream is not read on. */
const MOST_WAITING_BYTES = 64 * MIB
const RETRY_MS = 1_000

/**
 * A channel keeps nothing and sends nothing twice: what could not be stored waits here until it can. `onBehind` says when no more should come.
 */
export function createStoring(options: {
  readonly sink: ItemSink
  readonly now: () => number
  readonly onBehind: (isBehind: boolean) => void
}): Storing {
  const waiting: Waiting[] = []
  let bytes = 0
  let seq = 0
  let working: Promise<void> | null = null
  let isBehind = false
  let isGivenUp = false

  async function work(): Promise<void> {
    for (let next = waiting[0]; next !== undefined && !isGivenUp; next = waiting[0]) {
      if (await tryToStore(next)) {
        waiting.shift()
        count(-sizeOf(next))
      } else await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
  }

  /** False when the history could not take it; it has said so to the person by itself. */
  async function tryToStore({ head, body }: Waiting): Promise<boolean> {
    try {
      if (body.length <= CHUNK_BYTES) await options.sink.store(head, body)
      else {
        const long = options.sink.begin({ ...head, chunked: true })
        for (let from = 0; from < body.length; from += CHUNK_BYTES) {
          await long.write(body.slice(from, from + CHUNK_BYTES))
        }
        await long.finish()
      }
      return true
    } catch {
      return false
    }
  }

  function count(change: number): void {
    bytes += change
    const isNowBehind = bytes > MOST_WAITING_BYTES
    if (isNowBehind === isBehind) return
    isBehind = isNowBehind
    options.onBehind(isBehind)
  }

  return {
    add(request) {
      seq += 1
      // Named now: stored twice, because the first time was not heard of, it is still one.
      const next = { ...request, head: { ...request.head, id: uuidV7({ msecs: options.now() }), seq } }
      waiting.push(next)
      count(sizeOf(next))
      working ??= work().finally(() => {
        working = null
      })
    },
    async settle(withinMs) {
      if (working === null) return
      await settleWithin(withinMs, [working])
      isGivenUp = true
    },
  }
}

/** About what it takes in memory: its lines may be longer than its body. */
function sizeOf({ head, body }: Waiting): number {
  return head.headers.reduce((sum, [name, value]) => sum + name.length + value.length, body.length + head.target.length)
}
