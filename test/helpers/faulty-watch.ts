import type { SourceConnection } from '../../protocol/source.ts'

/** What a status said, and when. Times in epoch ms. */
type Sample = { readonly at: number; readonly connection: SourceConnection }

/** Looks at a status again and again, so that a moment in which it lied is not missed. */
export type StatusWatch = {
  readonly samples: readonly Sample[]
  /** Ms from `since` to the first look that no longer said connected; null where there was none. */
  notConnectedAfter(since: number): number | null
  /** Looks after `since`, while it had not connected anew, that told of a proof from after `since`. */
  untrue(since: number): readonly Sample[]
  stop(): void
}

const EVERY_MS = 50

export function watchStatus(ask: () => SourceConnection | Promise<SourceConnection>): StatusWatch {
  const samples: Sample[] = []
  let isStopped = false
  void (async () => {
    while (!isStopped) {
      const at = Date.now()
      const connection = await ask()
      samples.push({ at, connection })
      await new Promise((resolve) => {
        setTimeout(resolve, EVERY_MS)
      })
    }
  })()
  return {
    samples,
    notConnectedAfter(since) {
      const found = samples.find(({ at, connection }) => at >= since && connection.state !== 'connected')
      return found === undefined ? null : found.at - since
    },
    untrue: (since) =>
      samples.filter(
        ({ at, connection }) =>
          at >= since && connection.state === 'connected' && connection.since < since && connection.verifiedAt > since,
      ),
    stop: () => {
      isStopped = true
    },
  }
}
