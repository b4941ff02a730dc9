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
import { CHUNK_BYTES, MIB } from '../../protocol/limits.ts'
import type { HeaderLine, RequestDetail } from '../../protocol/request.ts'
import type { Target } from '../../protocol/target.ts'
import { parseTargetUrl } from '../forwarding/target-address.ts'
import { joinPath } from '../forwarding/build-forwarded-request.ts'
import type { Arrival, History } from '../history/history.ts'
import { recognise } from '../recognise/recognise.ts'
import { describeChanges } from './describe-changes.ts'
import { draftOfRequest, EMPTY_DRAFT, USUAL_URL } from './draft-of-request.ts'
import { parseCurl } from './parse-curl.ts'
import type { SendByHand } from './send-by-hand.ts'
import { signDraft } from './sign-draft.ts'
import { toWireRequest, type WireRequest } from './wire-request.ts'

/** Requests being composed: kept as they are typed, and sent as new requests that name their original. */
export type Drafts = {
  open(requestId: RequestId): Promise<Draft>
  create(): Promise<Draft>
  /** @throws AppFailure `bad-input`, field `text`. */
  fromCurl(text: string): Promise<ParsedDraft>
  get(id: DraftId): Promise<Draft>
  list(): Promise<readonly DraftSummary[]>
  save(id: DraftId, save: DraftSave): Promise<Draft>
  reset(id: DraftId): Promise<Draft>
  delete(id: DraftId): Promise<void>
  /** Where it would go. @throws AppFailure as `toWireRequest`. */
  destination(draft: Draft): Promise<string>
  /** Sends it as it stands, at once. Resolves when it is stored and under way. */
  send(draft: Draft): Promise<SentRequest>
  sends(id: DraftId): Promise<readonly SentRequest[]>
  /** What a draft of this request begins with. */
  contentOf(request: RequestDetail): Promise<DraftContent>
}

export type DraftsOptions = {
  readonly history: Pick<History, 'drafts' | 'requests' | 'deliveries'>
  readonly byHand: SendByHand
  readonly targets: () => readonly Target[]
  readonly targetsOf: (id: RequestDetail['sourceId']) => readonly TargetId[]
  readonly secretOf: (scheme: string) => Promise<string | null>
  readonly now: () => number
  readonly onSent: (sent: SentRequest) => void
}

export function createDrafts(options: DraftsOptions): Drafts {
  const { history } = options
  const { drafts, requests } = history

  async function need(id: DraftId): Promise<Draft> {
    const draft = await drafts.get(id)
    if (draft !== null) return draft
    throw new AppFailure({ code: 'not-found', message: 'This draft was deleted.' })
  }

  async function originalOf({ parentId }: Pick<Draft, 'parentId'>): Promise<RequestDetail | null> {
    return parentId === null ? null : requests.get(parentId)
  }

  /** Where it went last, or would go. */
  async function basesOf(request: RequestDetail): Promise<readonly string[]> {
    const sent = (await history.deliveries.of(request.id)).map(({ url }) => url).toReversed()
    const own = options.targetsOf(request.sourceId)
    const configured = options.targets()
    const urls = [...configured.filter(({ id }) => own.includes(id)), ...configured].map(({ url }) => url)
    return [...sent, ...urls, USUAL_URL]
  }

  async function contentOf(request: RequestDetail): Promise<DraftContent> {
    const [base = USUAL_URL] = await basesOf(request)
    const keepHost = options.targets().some(({ url, options: { keepHost } }) => keepHost && url === base)
    return draftOfRequest(request, base, keepHost)
  }

  async function readBody(draft: Draft): Promise<Uint8Array> {
    const whole = new Uint8Array(draft.body.bytes)
    for (let from = 0; from < whole.length; from += MIB) {
      const piece = await requests.readBody({ kind: 'draft', id: draft.id }, from, Math.min(whole.length, from + MIB))
      if (piece === null) throw new AppFailure({ code: 'not-found', message: 'This draft was deleted.' })
      whole.set(piece, from)
    }
    return whole
  }

  function wireOf(content: DraftContent, original: RequestDetail | null): WireRequest {
    return toWireRequest(
      content,
      original,
      options.targets().map(({ url }) => url),
    )
  }

  async function arrivalOf(
    draft: Draft,
    original: RequestDetail | null,
    wire: WireRequest,
    headers: readonly HeaderLine[],
  ): Promise<Arrival> {
    const first = await requests.readBody({ kind: 'draft', id: draft.id }, 0, CHUNK_BYTES)
    return {
      ...recognise(headers, first ?? new Uint8Array(0)),
      sourceId: original?.sourceId ?? null,
      originId: null,
      kind: 'composed',
      receivedAt: options.now(),
      relaySeq: null,
      remote: null,
      method: wire.method,
      requestTarget: wire.requestTarget,
      mountBytes: wire.mountBytes,
      headers,
      trailers: [],
      bodyBytes: draft.body.bytes,
      sha256: draft.body.sha256,
      detail: null,
      parentId: draft.parentId,
      redelivered: false,
    }
  }

  async function originalPaths(original: RequestDetail | null): Promise<readonly string[]> {
    if (original === null) return []
    const rest = original.requestTarget.slice(original.mountBytes)
    return (await basesOf(original)).map((base) => joinPath(parseTargetUrl(base)?.path ?? '', rest))
  }

  async function send(draft: Draft): Promise<SentRequest> {
    const { content, body, parentId } = draft
    const original = await originalOf(draft)
    const wire = wireOf(content, original)
    const headers = await signDraft({
      signing: content.signing,
      headers: wire.headers,
      original: original?.headers ?? [],
      body: () => readBody(draft),
      secretOf: options.secretOf,
      now: options.now(),
    })
    const changes = describeChanges({
      original,
      originalPaths: await originalPaths(original),
      signing: content.signing,
      method: wire.method,
      requestTarget: wire.requestTarget,
      headers,
      bodySha256: body.sha256,
    })
    const { sent, deliveries } = await drafts.send(
      await arrivalOf(draft, original, wire, headers),
      { draftId: draft.id, url: wire.url, changes },
      [options.byHand.plan(wire.base, 'composed')],
    )
    options.onSent(sent)
    for (const delivery of deliveries) await options.byHand.start(delivery, wire.address)
    return { ...sent, parentId }
  }

  return {
    async open(requestId) {
      const existing = await drafts.ofRequest(requestId)
      if (existing !== null) return existing
      const request = await requests.get(requestId)
      if (request === null)
        throw new AppFailure({ code: 'not-found', message: 'This request is no longer in the history.' })
      if (request.kind === 'gap' || request.kind === 'rejected') {
        throw new AppFailure({ code: 'conflict', message: 'Only a request that was received whole can be edited.' })
      }
      return drafts.add(requestId, await contentOf(request))
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
      const original = await originalOf(await need(id))
      if (original === null) return drafts.save(id, EMPTY_DRAFT, new Uint8Array(0))
      return drafts.save(id, await contentOf(original), 'original')
    },
    delete: (id) => drafts.delete(id),
    async destination(draft) {
      return wireOf(draft.content, await originalOf(draft)).address.origin
    },
    send,
    contentOf,
    sends: (id) => drafts.sends(id),
  }
}
