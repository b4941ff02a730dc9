import type { Network } from '../network/network.ts'
import type { ItemHead } from '../../protocol/request-frame.ts'
import type { SourceConnection, SourceInput } from '../../protocol/source.ts'

/** Where a relay client puts what it receives. Each call settles before the item is acknowledged. */
export type ItemSink = {
  /** Stores an item whose body is at hand; resolves once it is on disk (a repeat too). A rejection breaks the connection off: nothing is acknowledged. */
  store(head: ItemHead, body: Uint8Array): Promise<void>
  /** Stores an item whose body comes in chunks. */
  begin(head: ItemHead): ItemBody
}
export type ItemBody = {
  write(bytes: Uint8Array): Promise<void>
  finish(): Promise<void>
  abort(): void
}

export type RelayClientOptions = {
  /** `http(s)://host[:port][/prefix]` of the relay. */
  readonly relayUrl: string
  readonly token: { readonly key: string; readonly secret: string }
  readonly buckets: readonly string[]
  readonly subscription: string
  readonly agent: { readonly name: string; readonly version: string }
  readonly sink: ItemSink
  /** Left out: straight, trusting whom Node trusts. */
  readonly network?: Network
  readonly now: () => number
  readonly monotonic: () => number
  readonly random: () => number
  readonly onConnection: (connection: SourceConnection) => void
  readonly onWelcome: (told: {
    readonly relay: { readonly name: string; readonly version: string }
    readonly ttlMs: number | null
  }) => void
  readonly onInputs: (inputs: readonly SourceInput[]) => void
}

/** One connection to a relay, kept up until it is stopped. */
export type RelayClient = {
  /** Connects; from then on by itself, until the relay refuses for good. */
  start(): void
  connection(): SourceConnection
  /** Skips the wait before the next try; also after the network changed or the computer woke up: proves the link at once. */
  retryNow(): void
  /** Takes nothing more in, acknowledges what is stored, closes. */
  stop(): Promise<void>
}

/** What a relay says of a token before a source is saved. */
export type RelayCheck =
  | {
      readonly ok: true
      readonly relay: { readonly name: string; readonly version: string }
      readonly buckets: readonly { readonly id: string; readonly name: string }[]
      readonly roundTripMs: number
    }
  | { readonly ok: false; readonly code: string; readonly message: string; readonly fix: string }
