import type { DeliveryFailure, ListeningPort } from '../../protocol/delivery.ts'
import type { TargetHealth } from '../../protocol/target.ts'
import { describeFailure, withListening } from './describe-failure.ts'
import { isLocalhostName } from './lookup-localhost.ts'
import { Prober } from './probe.ts'
import type { TargetAddress } from './target-address.ts'

export type TargetWatchOptions = {
  readonly address: TargetAddress
  readonly probeEveryMs: number
  readonly now: () => number
  readonly listListening: () => Promise<readonly ListeningPort[]>
  readonly onChange: () => void
  /** Somebody listens again. */
  readonly onBack: () => void
  /** A probe found nobody where nothing was known before. */
  readonly onLost: () => void
}

/** Whether somebody listens at a target: learnt from attempts, and by probing while nobody does. */
export class TargetWatch {
  readonly #options: TargetWatchOptions
  readonly #prober: Prober
  #health: TargetHealth = 'unknown'
  #process: string | null = null
  #message: string | null = null
  #listening: readonly ListeningPort[] = []
  #isStopped = false

  constructor(options: TargetWatchOptions) {
    this.#options = options
    this.#prober = new Prober(options.address, options.probeEveryMs, options.now, (error) => void this.#probed(error))
  }

  get isDown(): boolean {
    return this.#health === 'nothing-listens'
  }

  get status() {
    return {
      health: this.#health,
      process: this.#process,
      message: this.#message,
      listening: [...this.#listening],
      nextProbeAt: this.#prober.nextAt,
    }
  }

  /** A connection stood. */
  seen(): void {
    if (this.#health === 'listening') return
    const wasDown = this.isDown
    this.#health = 'listening'
    this.#message = null
    this.#listening = []
    this.#prober.stop()
    this.#options.onChange()
    void this.findProcess()
    if (wasDown) this.#options.onBack()
  }

  /** An attempt could not connect. Gives its failure with what else listens. */
  async lost(failure: DeliveryFailure): Promise<DeliveryFailure> {
    this.#goDown(failure.message)
    return this.#describe(failure)
  }

  probe(): void {
    if (!this.#isStopped) this.#prober.now()
  }

  /** Looks no more, whatever attempts or a look under way still tell. */
  stop(): void {
    this.#isStopped = true
    this.#prober.stop()
  }

  /** Looks up, without a connection, which program has the port. */
  async findProcess(): Promise<void> {
    if (!isThisComputer(this.#options.address)) return
    const ports = await this.#options.listListening()
    const process = ports.find(({ port }) => port === this.#options.address.port)?.process ?? null
    if (this.isDown || process === this.#process) return
    this.#process = process
    this.#options.onChange()
  }

  async #probed(error: Error | null): Promise<void> {
    if (this.#isStopped) return
    if (error === null) {
      this.seen()
      return
    }
    const failure = describeFailure({ kind: 'connect', error }, this.#options.address)
    if (!this.isDown) {
      this.#goDown(failure.message)
      this.#options.onLost()
    }
    await this.#describe(failure)
  }

  #goDown(message: string): void {
    this.#health = 'nothing-listens'
    this.#process = null
    this.#message = message
    if (!this.#isStopped) this.#prober.start()
    this.#options.onChange()
  }

  async #describe(failure: DeliveryFailure): Promise<DeliveryFailure> {
    const described = withListening(failure, await this.#options.listListening())
    if (this.isDown) {
      this.#message = described.message
      this.#listening = described.listening
      this.#options.onChange()
    }
    return described
  }
}

function isThisComputer(address: TargetAddress): boolean {
  return isLocalhostName(address.hostname) || address.hostname === '::1' || address.hostname.startsWith('127.')
}
