import type { Engine } from '../engine/engine.ts'
import type { Secrets } from '../secrets.ts'
import { ensureEmbeddedSource } from './ensure-source.ts'
import type { AskRelay } from './relay-thread.ts'

/** Keeps the app's source of its own relay in order. */
export type SourceKeeper = {
  /** To be called each time the relay listens. */
  onRunning(relay: { readonly url: string; readonly ask: AskRelay }): Promise<void>
  stop(): void
}

/**
 * Takes what the app knows of its relay for true at each start, and has it checked and mended once that relay refuses it. A relay that is asked for
 * its buckets and tokens loads its administration, which holds as much memory as the rest of it.
 */
export function keepEmbeddedSource(options: {
  readonly engine: Pick<Engine, 'sources' | 'sourceStatuses' | 'listen'>
  readonly secrets: Secrets
  readonly onProblem: (problem: unknown) => void
}): SourceKeeper {
  const { engine, secrets } = options
  /** Once for each start of the relay: what does not help then would not help again. */
  let mend: (() => Promise<unknown>) | null = null

  function isRefused(): boolean {
    const own = engine.sources.all().find(({ kind }) => kind === 'embedded')
    return engine.sourceStatuses().some(({ id, connection }) => id === own?.id && connection.state === 'refused')
  }

  const stopListening = engine.listen((name) => {
    if (name !== 'sources:changed' || mend === null || !isRefused()) return
    const once = mend
    mend = null
    once().catch(options.onProblem)
  })

  return {
    async onRunning({ url, ask }) {
      const common = { ask, url, sources: engine.sources, secrets }
      mend = () => ensureEmbeddedSource({ ...common, isTrusted: false })
      await ensureEmbeddedSource({ ...common, isTrusted: true })
    },
    stop: stopListening,
  }
}
