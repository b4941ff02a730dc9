import { AppFailure } from '../../protocol/app-error.ts'
import type { RequestId, SourceId, TargetId } from '../../protocol/ids.ts'
import type { RequestFull } from '../../protocol/ipc.ts'
import type { RequestDetail } from '../../protocol/request.ts'
import type { SourceInput } from '../../protocol/source.ts'
import type { Forwarder, SendableRequest } from '../forwarding/forwarder.ts'
import type { HistoryDrafts } from '../history/drafts.ts'
import type { HistoryDeliveries, HistoryRequests, StoredDelivery } from '../history/history.ts'
import { findInputUrl } from './input-url.ts'

/** What is done with requests that are in the history already. */
export type StoredRequests = {
  /** One request whole, with what was made of it and where its sender posted to. */
  full(id: RequestId): Promise<RequestFull>
  /** As the forwarder sends them; null for one that is gone. */
  load(ids: readonly RequestId[]): Promise<readonly (SendableRequest | null)[]>
  /** Sends it again, unchanged, to its source's targets or the one named. */
  resend(id: RequestId, targetId: TargetId | null): Promise<readonly StoredDelivery[]>
  /** One that can be sent again. */
  whole(id: RequestId): Promise<RequestDetail>
  /** Scheme that the sender used, as far as the input's public URL, or else the relay's address, tells. */
  schemeOf(source: SourceId | null, head: { requestTarget: string; mountBytes: number }): 'http' | 'https'
}

export function createStoredRequests(options: {
  readonly requests: HistoryRequests
  readonly deliveries: HistoryDeliveries
  readonly drafts: Pick<HistoryDrafts, 'changesOf'>
  /** Made after this, as it sends what this loads. */
  readonly forwarder: () => Forwarder
  readonly inputsOf: (id: SourceId) => readonly SourceInput[]
  /** Where the source's relay is reached: stands for the public URL while the relay has not told that yet. */
  readonly relayUrlOf: (id: SourceId) => string | null
  readonly targetsOf: (id: SourceId) => readonly TargetId[]
  readonly onResent: (id: RequestId) => void
}): StoredRequests {
  async function need(id: RequestId): Promise<RequestDetail> {
    const request = await options.requests.get(id)
    if (request !== null) return request
    throw new AppFailure({ code: 'not-found', message: 'This request is no longer in the history.' })
  }

  function inputUrlOf(source: SourceId | null, head: { requestTarget: string; mountBytes: number }): string | null {
    return source === null ? null : findInputUrl(head, options.inputsOf(source))
  }

  function schemeOf(source: SourceId | null, head: { requestTarget: string; mountBytes: number }): 'http' | 'https' {
    const url = inputUrlOf(source, head) ?? (source === null ? null : options.relayUrlOf(source))
    return url?.startsWith('https:') ? 'https' : 'http'
  }

  async function send(request: RequestDetail, targets: readonly TargetId[]): Promise<readonly StoredDelivery[]> {
    const forwarder = options.forwarder()
    const planned = forwarder.plan({ sourceId: request.sourceId, targets, reason: 'resend' })
    if (planned.length === 0) throw new AppFailure({ code: 'not-found', message: 'This target no longer exists.' })
    try {
      const stored = await options.deliveries.add(request.id, planned)
      forwarder.start(stored, { sourceId: request.sourceId, request: null })
      options.onResent(request.id)
      return stored
    } catch (error) {
      forwarder.abandon(planned)
      throw error
    }
  }

  async function whole(id: RequestId): Promise<RequestDetail> {
    const request = await need(id)
    if (request.kind !== 'gap' && request.kind !== 'rejected') return request
    throw new AppFailure({ code: 'conflict', message: 'Only a request that was received whole can be resent.' })
  }

  return {
    schemeOf,
    whole,
    async full(id) {
      const [request, children] = await Promise.all([need(id), options.requests.children(id)])
      const changes = await options.drafts.changesOf(children.map((child) => child.id))
      return {
        request,
        children: children.map((child) => ({ ...child, changes: changes.get(child.id) ?? null })),
        inputUrl: request.kind === 'composed' ? null : inputUrlOf(request.sourceId, request),
      }
    },
    async load(ids) {
      const rows = await options.requests.sendable(ids)
      return rows.map((row) => {
        if (row === null || row.bodySha256 === null) return null
        const { sourceId, bodySha256, kind, ...request } = row
        const scheme = schemeOf(sourceId, row)
        return { ...request, bodySha256, scheme, isProven: false, isAsWritten: kind === 'composed' }
      })
    },
    async resend(id, targetId) {
      const request = await whole(id)
      const own = request.sourceId === null ? [] : options.targetsOf(request.sourceId)
      const wanted = targetId === null ? own : [targetId]
      if (wanted.length > 0) return send(request, wanted)
      throw new AppFailure({
        code: 'conflict',
        message: 'This source has no target, so there is nowhere to resend to.',
        fix: 'Choose a port for it first.',
      })
    },
  }
}
