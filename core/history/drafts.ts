import {
  DraftContent,
  type Draft,
  type DraftId,
  type DraftSummary,
  type RequestChanges,
  type SentRequest,
} from '../../protocol/draft.ts'
import type { RequestId } from '../../protocol/ids.ts'
import { summaryOf, toArrivalRow } from './arrival-row.ts'
import type { Arrival, PlannedDelivery, StoredDelivery } from './history.ts'
import type { Threads } from './history-parts.ts'
import { givingUp, toContent, toStored } from './intake.ts'
import type { Content, DraftRow } from './threads/messages.ts'
import type { Uploads } from './upload.ts'

/** What a composed request is made of, beside itself. `changes` is kept as it was when it was sent. */
export type Composition = { readonly draftId: DraftId; readonly url: string; readonly changes: RequestChanges }

export type HistoryDrafts = {
  get(id: DraftId): Promise<Draft | null>
  ofRequest(id: RequestId): Promise<Draft | null>
  /** Those that were saved or sent, the one changed last first. */
  list(): Promise<readonly DraftSummary[]>
  /**
   * A new one with its original's body, or none where it has no original. Gives the one that the original already has instead of a second.
   * Rejects with `HistoryError` code `not-found` when the original is gone.
   */
  add(parentId: RequestId | null, content: DraftContent): Promise<Draft>
  /** Replaces content, and body where one is given: bytes, or the original's again. Rejects with `not-found`. Calls of one draft wait for each other. */
  save(id: DraftId, content: DraftContent, body: Uint8Array | 'keep' | 'original'): Promise<Draft>
  delete(id: DraftId): Promise<void>
  /** Drafts that nobody changed or sent, which are made by looking. */
  deleteUntouched(): Promise<void>
  /**
   * Stores a request with its deliveries, and with the draft's body, which both own from then on, or another one that was made of it. Rejects with `altered`
   * when the body is not the one announced.
   */
  send(
    arrival: Arrival,
    composition: Composition,
    deliveries: readonly PlannedDelivery[],
    body: Uint8Array | null,
  ): Promise<{ readonly sent: SentRequest; readonly deliveries: readonly StoredDelivery[] }>
  /** Requests that were sent of a draft, oldest first. */
  sends(id: DraftId): Promise<readonly SentRequest[]>
  /** How requests differ from their originals, for those that were composed. */
  changesOf(ids: readonly RequestId[]): Promise<ReadonlyMap<RequestId, RequestChanges>>
}

/** Main's side of drafts. */
export function createHistoryDrafts({ writer, reader }: Threads, uploads: Uploads): HistoryDrafts {
  /** The last save of each draft that is under way: a large body takes several messages, which a later save must not overtake. */
  const saving = new Map<DraftId, Promise<unknown>>()

  async function inTurn<T>(id: DraftId, work: () => Promise<T>): Promise<T> {
    const turn = (saving.get(id) ?? Promise.resolve()).then(work)
    const settled = turn.catch(() => undefined)
    saving.set(id, settled)
    try {
      return await turn
    } finally {
      if (saving.get(id) === settled) saving.delete(id)
    }
  }

  return {
    async get(id) {
      const row = await reader.call('draft', { id })
      return row && toDraft(row)
    },
    async ofRequest(parentId) {
      const row = await reader.call('draft', { parentId })
      return row && toDraft(row)
    },
    list: () => reader.call('drafts', null),
    async add(parentId, content) {
      return toDraft(await writer.call('addDraft', { parentId, content: JSON.stringify(content) }))
    },
    save(id, content, body) {
      return inTurn(id, async () => {
        const input = { id, content: JSON.stringify(content) }
        if (!(body instanceof Uint8Array)) return toDraft(await writer.call('saveDraft', { ...input, body }))
        const bytes: Content = await toContent(uploads, body)
        return toDraft(await writer.call('saveDraft', { ...input, body: bytes }).catch(givingUp(uploads, bytes)))
      })
    },
    delete: (id) => inTurn(id, async () => void (await writer.call('deleteDraft', id))),
    async deleteUntouched() {
      await writer.call('deleteUntouchedDrafts', null)
    },
    send(arrival, composition, planned, body) {
      const { draftId, url, changes } = composition
      return inTurn(draftId, async () => {
        const content = body === null ? null : await toContent(uploads, body)
        const sending = writer.call('sendDraft', {
          arrival: toArrivalRow(arrival),
          draftId,
          url,
          changes: JSON.stringify(changes),
          deliveries: planned,
          body: content,
        })
        const { stored, n } = await sending.catch(givingUp(uploads, content))
        const sent: SentRequest = { ...summaryOf(arrival, stored, planned), draftId, n, url, changes }
        return { sent, deliveries: toStored(stored.id, stored.deliveryIds, planned) }
      })
    },
    sends: (id) => reader.call('sends', id),
    async changesOf(ids) {
      return new Map(await reader.call('changesOf', ids))
    },
  }
}

function toDraft({ content, ...row }: DraftRow): Draft {
  return { ...row, content: DraftContent.parse(JSON.parse(content)) }
}
