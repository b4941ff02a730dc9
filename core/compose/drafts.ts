import { AppFailure } from '../../protocol/app-error.ts'
import type {
  Draft,
  DraftContent,
  DraftId,
  DraftSave,
  DraftSummary,
  ParsedDraft,
  SentRequest,
} from '../../protocol/draft.ts'
import type { RequestId, TargetId } from '../../protocol/ids.ts'
import type { RequestDetail } from '../../protocol/request.ts'
import type { History } from '../history/history.ts'
import { draftOfRequest, EMPTY_DRAFT, USUAL_URL } from './draft-of-request.ts'
import { parseCurl } from './parse-curl.ts'
import { createDraftSender, type DraftSender, type DraftSenderOptions } from './send-draft.ts'

/** Requests being composed: kept as they are typed, and sent as new requests that name their original. */
export type Drafts = DraftSender & {
  open(requestId: RequestId): Promise<Draft>
  create(): Promise<Draft>
  /** @throws AppFailure `bad-input`, field `text`. */
  fromCurl(text: string): Promise<ParsedDraft>
  get(id: DraftId): Promise<Draft>
  list(): Promise<readonly DraftSummary[]>
  save(id: DraftId, save: DraftSave): Promise<Draft>
  reset(id: DraftId): Promise<Draft>
  delete(id: DraftId): Promise<void>
  sends(id: DraftId): Promise<readonly SentRequest[]>
  /**
   * Sends the request again, unchanged but for its signature, as a new request. `allow` is told where it would go, and throws where that is not allowed.
   * @throws AppFailure `conflict` when somebody is editing it; as `send`.
   */
  resendSigned(requestId: RequestId, allow: (origin: string) => Promise<void>): Promise<SentRequest>
  /** What a draft of this request begins with: what would be sent if it were resent. */
  contentOf(request: RequestDetail): Promise<DraftContent>
}

export type DraftsOptions = Omit<DraftSenderOptions, 'basesOf' | 'history'> & {
  readonly history: Pick<History, 'drafts' | 'requests' | 'deliveries'>
  readonly targetsOf: (id: RequestDetail['sourceId']) => readonly TargetId[]
}

export function createDrafts(options: DraftsOptions): Drafts {
  const { drafts, requests, deliveries } = options.history

  async function need(id: DraftId): Promise<Draft> {
    const draft = await drafts.get(id)
    if (draft !== null) return draft
    throw new AppFailure({ code: 'not-found', message: 'This draft was deleted.' })
  }

  /** Where it went, the last first; then where it would go. */
  async function basesOf(request: RequestDetail): Promise<readonly string[]> {
    const sent = (await deliveries.of(request.id)).map(({ url }) => url).toReversed()
    const own = options.targetsOf(request.sourceId)
    const configured = options.targets()
    const urls = [...configured.filter(({ id }) => own.includes(id)), ...configured].map(({ url }) => url)
    return [...sent, ...urls, USUAL_URL]
  }

  async function contentOf(request: RequestDetail): Promise<DraftContent> {
    const [base = USUAL_URL] = await basesOf(request)
    const keepHost = options.targets().some((target) => target.options.keepHost && target.url === base)
    return draftOfRequest(request, base, keepHost)
  }

  async function needWhole(requestId: RequestId): Promise<RequestDetail> {
    const request = await requests.get(requestId)
    if (request === null) {
      throw new AppFailure({ code: 'not-found', message: 'This request is no longer in the history.' })
    }
    if (request.kind === 'gap' || request.kind === 'rejected') {
      throw new AppFailure({ code: 'conflict', message: 'Only a request that was received whole can be sent again.' })
    }
    return request
  }

  const sender = createDraftSender({ ...options, basesOf })
  return {
    ...sender,
    contentOf,
    async open(requestId) {
      const existing = await drafts.ofRequest(requestId)
      if (existing !== null) return existing
      return drafts.add(requestId, await contentOf(await needWhole(requestId)))
    },
    async resendSigned(requestId, allow) {
      if ((await drafts.ofRequest(requestId)) !== null) {
        throw new AppFailure({
          code: 'conflict',
          message: 'There is a draft of this request, with changes of its own.',
          fix: 'Send it from the composer, or delete the draft first.',
        })
      }
      const content = await contentOf(await needWhole(requestId))
      const draft = await drafts.add(requestId, { ...content, signing: { kind: 'anew', scheme: null } })
      try {
        await allow(await sender.destination(draft))
        return await sender.send(draft)
      } finally {
        // What was sent stands by itself.
        await drafts.delete(draft.id)
      }
    },
    create: () => drafts.add(null, EMPTY_DRAFT),
    async fromCurl(text) {
      const { content, body, notes } = parseCurl(text)
      const { id } = await drafts.add(null, content)
      return { draft: await drafts.save(id, content, body), notes }
    },
    get: need,
    list: () => drafts.list(),
    save: (id, { content, body }) => drafts.save(id, content, body.kind === 'bytes' ? body.bytes : body.kind),
    async reset(id) {
      const { parentId } = await need(id)
      const original = parentId === null ? null : await requests.get(parentId)
      if (original === null) return drafts.save(id, EMPTY_DRAFT, new Uint8Array(0))
      return drafts.save(id, await contentOf(original), 'original')
    },
    delete: (id) => drafts.delete(id),
    sends: (id) => drafts.sends(id),
  }
}
