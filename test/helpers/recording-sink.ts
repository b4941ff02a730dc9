import { createHash } from 'node:crypto'
import type { ItemHead } from '../../protocol/request-frame.ts'
import type { ItemSink } from '../../core/sources/relay-client.ts'

export type Recorded = { readonly head: ItemHead; readonly body: Uint8Array }

export type RecordingSink = ItemSink & {
  /** What was stored, in order; repeats too. */
  readonly stored: Recorded[]
  readonly events: string[]
  /** Awaited before anything is stored. */
  gate: () => Promise<void>
}

/** A sink that keeps everything in memory. `gate` slows it down or makes it fail. */
export function createRecordingSink(): RecordingSink {
  const sink: RecordingSink = {
    stored: [],
    events: [],
    gate: () => Promise.resolve(),
    async store(head, body) {
      sink.events.push(`store ${head.seq}`)
      await sink.gate()
      sink.stored.push({ head, body })
    },
    begin(head) {
      sink.events.push(`begin ${head.seq}`)
      const pieces: Uint8Array[] = []
      return {
        async write(bytes) {
          await sink.gate()
          pieces.push(bytes)
        },
        async finish() {
          sink.events.push(`finish ${head.seq}`)
          await sink.gate()
          sink.stored.push({ head, body: Buffer.concat(pieces) })
        },
        abort: () => sink.events.push(`abort ${head.seq}`),
      }
    },
  }
  return sink
}

export function isHashRight({ head, body }: Recorded): boolean {
  return createHash('sha256').update(body).digest('hex') === head.sha256
}
