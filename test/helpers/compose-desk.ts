import type { Delivery } from '../../protocol/delivery.ts'
import type { Draft, DraftSave, SentRequest } from '../../protocol/draft.ts'
import type { RequestId, SourceId } from '../../protocol/ids.ts'
import { startComposeEngine, type ComposeEngine } from './compose-engine.ts'
import { eventually } from './eventually.ts'
import { removeHistoryFile } from './history.ts'

/** What a person does at the composer, and what comes of it. */
export type ComposeDesk = ComposeEngine & {
  addSource(targets: readonly string[]): Promise<SourceId>
  /** Edits the request, sends it, and waits for its end. */
  send(id: RequestId, edit: (draft: Draft) => DraftSave): Promise<{ sent: SentRequest; delivery: Delivery }>
  end(sent: Pick<SentRequest, 'id'>): Promise<Delivery>
  /** Deletes the history too. */
  stop(): Promise<void>
}

export async function startComposeDesk(file?: string): Promise<ComposeDesk> {
  const compose = await startComposeEngine(file)
  const { engine, drafts } = compose

  async function end({ id }: Pick<SentRequest, 'id'>): Promise<Delivery> {
    return eventually(async () => {
      const [delivery] = await engine.history.deliveries.of(id)
      if (delivery === undefined || delivery.state === 'sending') throw new Error('It is still under way.')
      return delivery
    })
  }

  return {
    ...compose,
    end,
    async addSource(targets) {
      const added = await Promise.all(targets.map((url) => engine.targets.add({ url })))
      const source = await engine.sources.add({
        kind: 'creel',
        name: 'Relay',
        relayUrl: 'http://127.0.0.1:1',
        token: { key: 'crk_abcdef', secret: 'crs_secret' },
        buckets: [],
        targets: added.map((target) => target.id),
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
      removeHistoryFile(compose.file)
    },
  }
}
