import { MIB } from '../../protocol/limits.ts'
import type { SendableRequest } from './forwarder.ts'
import type { Waiting } from './waiting-list.ts'

const MOST = 512
const MOST_BYTES = 4 * MIB

/**
 * Requests of waiting deliveries that had just been stored, so that those that wait for a moment need not be read back. Bounded: hundreds of thousands may
 * wait, and what is not here is loaded when its turn comes.
 */
export class AtHand {
  readonly #requests = new Map<Waiting, SendableRequest>()
  #bytes = 0

  keep(item: Waiting, request: SendableRequest): void {
    const bytes = request.body?.length ?? 0
    if (this.#requests.size >= MOST || this.#bytes + bytes > MOST_BYTES) return
    this.#requests.set(item, request)
    this.#bytes += bytes
  }

  take(item: Waiting): SendableRequest | null {
    const request = this.#requests.get(item) ?? null
    if (request === null) return null
    this.#requests.delete(item)
    this.#bytes -= request.body?.length ?? 0
    return request
  }
}
