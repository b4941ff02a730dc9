import { MIB } from '../../protocol/limits.ts'
import type { SendableRequest } from './forwarder.ts'
import type { Waiting } from './waiting-list.ts'

const MOST_BYTES = 24 * MIB
/** What a request takes beside its texts and its body, roughly; and what each of its lines does. */
const REQUEST_BYTES = 1_000
const LINE_BYTES = 100

/**
 * Requests of waiting deliveries that had just been stored, so that those that wait for a moment need not be read back. Bounded: hundreds of thousands may
 * wait, and what is not here is loaded when its turn comes. What waits at the front came first and stays, so full means that what comes now is not kept.
 */
export class AtHand {
  #bytes = 0

  keep(item: Waiting, request: SendableRequest): void {
    const bytes = costOf(request)
    if (this.#bytes + bytes > MOST_BYTES) return
    item.atHand = { request, bytes }
    this.#bytes += bytes
  }

  take(item: Waiting): SendableRequest | null {
    const { atHand } = item
    if (atHand === null) return null
    item.atHand = null
    this.#bytes -= atHand.bytes
    return atHand.request
  }
}

function costOf({ requestTarget, headers, body }: SendableRequest): number {
  let bytes = REQUEST_BYTES + requestTarget.length + (body?.length ?? 0)
  for (const line of headers) bytes += LINE_BYTES + line[0].length + line[1].length
  return bytes
}
