import type { ForwarderStore, SendableRequest } from './forwarder.ts'
import { loadRequest } from './load-request.ts'
import type { Waiting } from './waiting-list.ts'

/** A delivery made ready that got no slot for so long belongs back in line: its target hangs, at a breakpoint perhaps. */
const STUCK_AFTER_MS = 1000

/** A delivery that the history has as sending, but that has no slot yet. */
type Claim = { readonly item: Waiting; request: SendableRequest | null; isReady: boolean }

export type ClaimsOptions = {
  readonly store: ForwarderStore
  /** The first may be ready now. */
  readonly onReady: () => void
  readonly onFailure: (error: unknown) => void
  /** No slot came free for those that are ready. */
  readonly onStuck: () => void
}

/**
 * The next deliveries of a queue, made ready while others are under way: written as sending, so that a crash leaves no doubt whether they
 * may have gone, and loaded.
 */
export class Claims {
  readonly #options: ClaimsOptions
  #claims: Claim[] = []
  #stuckTimer: NodeJS.Timeout | null = null

  constructor(options: ClaimsOptions) {
    this.#options = options
  }

  get length(): number {
    return this.#claims.length
  }

  get isFirstReady(): boolean {
    return this.#claims[0]?.isReady === true
  }

  /** One whose request is at hand. */
  add(item: Waiting, request: SendableRequest): void {
    this.#claims.push({ item, request, isReady: true })
  }

  /** Loads the requests; ready once `written` has resolved too. */
  prepare(items: readonly Waiting[], written: Promise<void>): void {
    for (const item of items) {
      item.stored = 'sending'
      const claim: Claim = { item, request: null, isReady: false }
      this.#claims.push(claim)
      Promise.all([loadRequest(this.#options.store, item.requestId), written]).then(([request]) => {
        claim.request = request
        claim.isReady = true
        this.#options.onReady()
      }, this.#options.onFailure)
    }
    this.#watchStuck()
  }

  /** The first, which is ready. Its request is null when it was deleted meanwhile. */
  shift(): { readonly item: Waiting; readonly request: SendableRequest | null } | undefined {
    const claim = this.#claims.shift()
    if (this.#claims.length === 0) this.#stopWatching()
    else this.#watchStuck()
    return claim
  }

  /** Takes out those that are not to go after all. */
  takeBack(which: (item: Waiting) => boolean): readonly Waiting[] {
    const back = this.#claims.map(({ item }) => item).filter(which)
    if (back.length > 0) this.#claims = this.#claims.filter(({ item }) => !which(item))
    if (this.#claims.length === 0) this.#stopWatching()
    return back
  }

  #watchStuck(): void {
    if (this.#stuckTimer) {
      this.#stuckTimer.refresh()
      return
    }
    this.#stuckTimer = setTimeout(() => {
      this.#stuckTimer = null
      if (this.isFirstReady) this.#options.onStuck()
    }, STUCK_AFTER_MS)
  }

  #stopWatching(): void {
    if (this.#stuckTimer) clearTimeout(this.#stuckTimer)
    this.#stuckTimer = null
  }
}
