import { createHash } from 'node:crypto'
import { dirname, join } from 'node:path'
import { startEngine, type Engine } from '../../core/engine/engine.ts'
import type { Arrival } from '../../core/history/history.ts'
import { createCopyHandlers } from '../../main/ipc/copy.ts'
import { createDraftHandlers } from '../../main/ipc/drafts.ts'
import { createResendHandlers } from '../../main/ipc/resend.ts'
import { openSettings, type SettingsStore } from '../../main/settings-store.ts'
import type { RequestId } from '../../protocol/ids.ts'
import { arrival, openTestHistory } from './history.ts'

/** An engine with a history of its own, and the commands by which requests are edited, sent and copied. */
export type ComposeEngine = {
  readonly engine: Engine
  readonly file: string
  readonly settings: SettingsStore
  readonly drafts: ReturnType<typeof createDraftHandlers>
  readonly resends: ReturnType<typeof createResendHandlers>
  readonly copies: ReturnType<typeof createCopyHandlers>
  /** What is on the clipboard. */
  copied(): string
  readonly secrets: Map<string, string>
  /** What the log would have. */
  readonly problems: unknown[]
  store(body: Uint8Array, change?: Partial<Arrival>): Promise<RequestId>
}

export async function startComposeEngine(file?: string): Promise<ComposeEngine> {
  const test = await openTestHistory({ now: Date.now(), ...(file === undefined ? {} : { file }) })
  const { history } = test
  const secrets = new Map<string, string>()
  const problems: unknown[] = []
  const settings = await openSettings(history.config)
  const engine = await startEngine({
    history,
    secrets: {
      get: async (name) => secrets.get(name) ?? null,
      set: async (name, value) => void secrets.set(name, value),
      delete: async (name) => void secrets.delete(name),
    },
    agent: { name: 'Creel', version: '0.0.0-test' },
    subscription: 'desk',
    now: Date.now,
    monotonic: () => performance.now(),
    random: Math.random,
    listListening: async () => [],
    markResends: () => true,
    customSchemes: () => settings.current().customSchemes,
    startsFile: join(dirname(test.file), 'starts'),
    onProblem: (problem) => problems.push(problem),
  })
  let clipboard = ''
  return {
    engine,
    settings,
    secrets,
    problems,
    file: test.file,
    drafts: createDraftHandlers(engine, settings),
    resends: createResendHandlers(engine, settings),
    copies: createCopyHandlers(engine, settings, async (text) => {
      clipboard = text
    }),
    copied: () => clipboard,
    async store(body, change = {}) {
      const sha256 = createHash('sha256').update(body).digest('hex')
      const outcome = await history.intake.store(arrival({ bodyBytes: body.length, sha256, ...change }), body, [])
      if (outcome.kind !== 'stored') throw new Error(`It was ${outcome.kind}.`)
      return outcome.summary.id
    },
  }
}
