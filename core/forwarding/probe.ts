import { connect } from 'node:net'
import { lookupBothLoopbacks } from './lookup-localhost.ts'
import type { TargetAddress } from './target-address.ts'

const PROBE_TIMEOUT_MS = 3000

/** Whether somebody takes connections at a target: null, or what the attempt said. Sends nothing. */
export function probeTarget(target: TargetAddress): Promise<Error | null> {
  return new Promise((resolve) => {
    const socket = connect({
      host: target.hostname,
      port: target.port,
      lookup: lookupBothLoopbacks,
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: 1000,
    })
    const timer = setTimeout(() => {
      const timeout: Error & { code?: string } = new Error('no answer')
      timeout.code = 'ETIMEDOUT'
      settle(timeout)
    }, PROBE_TIMEOUT_MS)
    socket.once('connect', () => settle(null)).once('error', settle)

    function settle(error: Error | null): void {
      clearTimeout(timer)
      // A late error of a socket that nobody needs any more.
      socket.on('error', () => {})
      socket.destroy()
      resolve(error)
    }
  })
}

/**
 * Probes again and again until somebody listens; the waits grow from `everyMs` to five times that, so that a server which was only
 * restarted is found soon.
 */
export class Prober {
  readonly #target: TargetAddress
  readonly #everyMs: number
  readonly #now: () => number
  readonly #onResult: (error: Error | null) => void
  #timer: NodeJS.Timeout | null = null
  #tries = 0
  #isProbing = false
  #stopped = true
  #nextAt: number | null = null

  constructor(target: TargetAddress, everyMs: number, now: () => number, onResult: (error: Error | null) => void) {
    this.#target = target
    this.#everyMs = everyMs
    this.#now = now
    this.#onResult = onResult
  }

  /** Epoch ms of the next look, or null while none is planned. */
  get nextAt(): number | null {
    return this.#nextAt
  }

  start(): void {
    this.#stopped = false
    this.#tries = 0
    this.#schedule()
  }

  /** Looks at once; goes on as before when nobody is there. */
  now(): void {
    if (this.#isProbing) return
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#nextAt = null
    void this.#probe()
  }

  stop(): void {
    this.#stopped = true
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#nextAt = null
  }

  #schedule(): void {
    const inMs = Math.min(this.#everyMs * 1.5 ** this.#tries, this.#everyMs * 5)
    this.#nextAt = this.#now() + Math.round(inMs)
    this.#timer = setTimeout(() => this.now(), inMs)
    // Looking for a target is no reason to keep a process alive.
    this.#timer.unref()
  }

  async #probe(): Promise<void> {
    this.#isProbing = true
    const error = await probeTarget(this.#target)
    this.#isProbing = false
    this.#tries += 1
    if (error !== null && !this.#stopped) this.#schedule()
    this.#onResult(error)
  }
}
