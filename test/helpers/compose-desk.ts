import { createHash } from 'node:crypto'
import { dirname, join } from 'node:path'
import { startEngine, type Engine } from '../../core/engine/engine.ts'
import type { Arrival } from '../../core/history/history.ts'
import { createDraftHandlers } from '../../main/ipc/drafts.ts'
import { createResendHandlers } from '../../main/ipc/resend.ts'
import { openSettings, type SettingsStore } from '../../main/settings-store.ts'
import type { Delivery } from '../../protocol/delivery.ts'
import type { Draft, DraftSave, SentRequest } from '../../protocol/draft.ts'
import type { RequestId, SourceId } from '../../protocol/ids.ts'
import { eventually } from './eventually.ts'
import { arrival, openTestHistory, removeHistoryFile } from './history.ts'

/** An engine with a history in which requests lie, and the commands by which they are edited and sent. */
export type ComposeDesk = {
  readonly engine: Engine
  readonly settings: SettingsStore
  readonly drafts: ReturnType<typeof createDraftHandlers>
  readonly resends: ReturnType<typeof createResendHandlers>
  readonly secrets: Map<string, string>
  /** What the log would have. */
  readonly problems: unknown[]
  store(body: Uint8Array, change?: Partial<Arrival>): Promise<RequestId>
  addSource(targets: readonly string[]): Promise<SourceId>
  /** Edits the request, sends it, and waits for its end. */
  send(id: RequestId, edit: (draft: Draft) => DraftSave): Promise<{ sent: SentRequest; delivery: Delivery }>
  end(sent: SentRequest): Promise<Delivery>
  stop(): Promise<void>
}

export async function startComposeDesk(file?: string): Promise<ComposeDesk & { readonly file: string }> {
  const test = await openTestHistory({ now: Date.now(), ...(file === undefined ? {} : { file }) })
  const { history } = test
  const secrets = new Map<string, string>()
  const problems: unknown[] = []
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
    startsFile: join(dirname(test.file), 'starts'),
    onProblem: (problem) => problems.push(problem),
  })
  const settings = await openSettings(history.config)
  const drafts = createDraftHandlers(engine, settings)

  async function end(sent: SentRequest): Promise<Delivery> {
    return eventually(async () => {
      const [delivery] = await history.deliveries.of(sent.id)
      if (delivery === undefined || delivery.state === 'sending') throw new Error('It is still under way.')
      return delivery
    })
  }

  return {
    engine,
    settings,
    drafts,
    resends: createResendHandlers(engine, settings),
    secrets,
    problems,
    file: test.file,
    end,
    async store(body, change = {}) {
      const sha256 = createHash('sha256').update(body).digest('hex')
      const outcome = await history.intake.store(arrival({ bodyBytes: body.length, sha256, ...change }), body, [])
      if (outcome.kind !== 'stored') throw new Error(`It was ${outcome.kind}.`)
      return outcome.summary.id
    },
    async addSource(targets) {
      const added = await Promise.all(targets.map((url) => engine.targets.add({ url })))
      const source = await engine.sources.add({
        kind: 'creel',
        name: 'Relay',
        relayUrl: 'http://127.0.0.1:1',
        token: { key: 'crk_abcdef', secret: 'crs_secret' },
        buckets: [],
        targets: added.map(({ id }) => id),
      })
      return source.id
    },
    async send(id, edit) {
      const draft = await drafts['drafts:open']({ requestId: id })
      const sent = await drafts['drafts:send']({ id: draft.id, save: edit(draft), rememberHost: true })
      return { sent, delivery: await end(sent) }
    },
    async stop() {
      await engine.stop()
      if (file === undefined) removeHistoryFile(test.file)
    },
  }
}
