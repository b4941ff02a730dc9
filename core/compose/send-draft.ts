import { hash } from 'node:crypto'
import { AppFailure } from '../../protocol/app-error.ts'
import type { Draft, DraftContent, SentRequest } from '../../protocol/draft.ts'
import { CHUNK_BYTES, MIB } from '../../protocol/limits.ts'
import type { SourceId } from '../../protocol/ids.ts'
import type { RequestDetail } from '../../protocol/request.ts'
import type { Target } from '../../protocol/target.ts'
import { joinPath } from '../forwarding/build-forwarded-request.ts'
import { parseTargetUrl } from '../forwarding/target-address.ts'
import type { Arrival, History } from '../history/history.ts'
import { recognise } from '../recognise/recognise.ts'
import { describeChanges } from './describe-changes.ts'
import type { SendByHand } from './send-by-hand.ts'
import { signDraft, type SignedDraft, type SignInput } from './sign-draft.ts'
import { toWireRequest, type WireRequest } from './wire-request.ts'

/** Makes new requests of drafts. */
export type DraftSender = {
  /** Scheme and host of where it would go. @throws AppFailure as `toWireRequest`. */
  destination(draft: Draft): Promise<string>
  /** Sends it as it stands, at once. Resolves when it is stored and under way. @throws AppFailure as `toWireRequest` and `signDraft`. */
  send(draft: Draft): Promise<SentRequest>
}

export type DraftSenderOptions = {
  readonly history: Pick<History, 'drafts' | 'requests'>
  readonly byHand: SendByHand
  readonly targets: () => readonly Target[]
  /** Where a request went, or would go. */
  readonly basesOf: (request: RequestDetail) => Promise<readonly string[]>
  readonly signing: DraftSigningParts
  readonly now: () => number
  readonly onSent: (sent: SentRequest) => void
}

/** What drafts are signed with. */
export type DraftSigningParts = Pick<SignInput, 'schemes' | 'privateKeyOf'> & {
  readonly secretsOf: (scheme: string, sourceId: SourceId | null) => Promise<readonly string[]>
}

type SentBody = { readonly bytes: number; readonly sha256: string; readonly first: Uint8Array }

export function createDraftSender(options: DraftSenderOptions): DraftSender {
  const { drafts, requests } = options.history

  async function originalOf({ parentId }: Draft): Promise<RequestDetail | null> {
    return parentId === null ? null : requests.get(parentId)
  }

  function wireOf(content: DraftContent, original: RequestDetail | null): WireRequest {
    return toWireRequest(
      content,
      original,
      options.targets().map(({ url }) => url),
    )
  }

  async function readBody({ id, body }: Draft, most = body.bytes): Promise<Uint8Array> {
    const whole = new Uint8Array(Math.min(body.bytes, most))
    for (let from = 0; from < whole.length; from += MIB) {
      const piece = await requests.readBody({ kind: 'draft', id }, from, Math.min(whole.length, from + MIB))
      if (piece === null) throw new AppFailure({ code: 'not-found', message: 'This draft was deleted.' })
      whole.set(piece, from)
    }
    return whole
  }

  async function bodyOf(draft: Draft, signed: SignedDraft): Promise<SentBody> {
    if (signed.body === null) return { ...draft.body, first: await readBody(draft, CHUNK_BYTES) }
    return {
      bytes: signed.body.length,
      sha256: hash('sha256', signed.body),
      first: signed.body.subarray(0, CHUNK_BYTES),
    }
  }

  function sign(draft: Draft, wire: WireRequest, original: RequestDetail | null): Promise<SignedDraft> {
    return signDraft({
      signing: draft.content.signing,
      method: wire.method,
      url: wire.url,
      headers: wire.headers,
      original: original?.headers ?? [],
      body: () => readBody(draft),
      schemes: options.signing.schemes,
      secretsOf: (scheme) => options.signing.secretsOf(scheme, original?.sourceId ?? null),
      privateKeyOf: options.signing.privateKeyOf,
      now: options.now(),
    })
  }

  async function originalPaths(original: RequestDetail | null): Promise<readonly string[]> {
    if (original === null) return []
    const rest = original.requestTarget.slice(original.mountBytes)
    return (await options.basesOf(original)).map((base) => joinPath(parseTargetUrl(base)?.path ?? '', rest))
  }

  async function send(draft: Draft): Promise<SentRequest> {
    const { id, content } = draft
    const original = await originalOf(draft)
    const unsigned = wireOf(content, original)
    const signed = await sign(draft, unsigned, original)
    // A signature may stand in the URL.
    const at = signed.url === null ? unsigned : wireOf({ ...content, url: signed.url }, original)
    const wire = { ...at, headers: signed.headers }
    const body = await bodyOf(draft, signed)
    const changes = describeChanges({
      original,
      originalPaths: await originalPaths(original),
      signing: content.signing,
      method: wire.method,
      requestTarget: wire.requestTarget,
      headers: wire.headers,
      bodySha256: body.sha256,
    })
    const { sent, deliveries } = await drafts.send(
      toArrival(draft, original, wire, body, options.now()),
      { draftId: id, url: wire.url, changes },
      [options.byHand.plan(wire.base, 'composed')],
      signed.body,
    )
    options.onSent(sent)
    for (const delivery of deliveries) await options.byHand.start(delivery, wire.address)
    return sent
  }

  return {
    send,
    async destination(draft) {
      return wireOf(draft.content, await originalOf(draft)).address.origin
    },
  }
}

function toArrival(
  { parentId }: Draft,
  original: RequestDetail | null,
  wire: WireRequest,
  body: SentBody,
  now: number,
): Arrival {
  const { method, requestTarget, mountBytes, headers } = wire
  return {
    ...recognise(headers, body.first),
    sourceId: original?.sourceId ?? null,
    originId: null,
    kind: 'composed',
    receivedAt: now,
    relaySeq: null,
    remote: null,
    method,
    requestTarget,
    mountBytes,
    headers,
    trailers: [],
    bodyBytes: body.bytes,
    sha256: body.sha256,
    detail: null,
    parentId,
    redelivered: false,
  }
}
