import type { HandshakeDetail } from '../../protocol/request.ts'
import type { Place } from '../ingest/place.ts'
import type { RequestHead } from '../ingest/read-head.ts'
import type { Refusal } from '../problem.ts'
import type { Secrets } from '../store/edge-settings.ts'
import type { Demands } from './demands.ts'
import type { Fetched } from './fetch-bounded.ts'

/** A request that was read to its end and is not stored yet. */
export type Arrived = {
  readonly demands: Demands
  readonly place: Extract<Place, { kind: 'input' }>
  readonly head: RequestHead
  readonly bodyBytes: number
  /** The moment of the last body byte, epoch ms. */
  readonly receivedAt: number
  readonly read: () => Promise<Uint8Array>
}

export type Examined =
  | { readonly kind: 'accept' }
  /** To be answered so, and recorded. */
  | { readonly kind: 'handshake'; readonly handshake: HandshakeDetail }
  | { readonly kind: 'refuse'; readonly refusal: Refusal }

/** Judges what comes to inputs that demand something of it. */
export type Edge = {
  /** Rejects when the body cannot be read back. */
  examine(arrived: Arrived): Promise<Examined>
}

export type EdgeOptions = {
  readonly secretsOf: (ownerId: string) => Secrets
  /** What senders know as an input's URL. */
  readonly inputUrl: (inputId: string) => string
  /** Asks one of a sender's own hosts, which the caller has made sure of. Null: nothing came. */
  readonly fetch: (url: string) => Promise<Fetched | null>
}

/** Signature schemes are loaded with the first request that needs them: most inputs demand nothing. */
export function createEdge(options: EdgeOptions): Edge {
  let loading: Promise<Edge> | null = null

  async function load(): Promise<Edge> {
    try {
      const { createExaminer } = await import('./examine.ts')
      return createExaminer(options)
    } catch (error) {
      loading = null
      throw error
    }
  }

  return {
    async examine(arrived) {
      loading ??= load()
      return (await loading).examine(arrived)
    },
  }
}
