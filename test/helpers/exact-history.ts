import { createHash } from 'node:crypto'
import { answerBody } from '../../main/body-answer.ts'
import type { RequestId } from '../../protocol/ids.ts'
import type { RequestDetail } from '../../protocol/request.ts'
import { messageHead } from '../../renderer/screens/inbox/detail/message-head.ts'
import type { ExactRig } from './exact-rig.ts'
import { pairsOf } from './exact-expectation.ts'
import type { SentRequest } from './random-request.ts'

/** A request as the history tells it to the window. */
export type KeptRequest = {
  /** As its `X-Case` line says. */
  readonly number: number
  readonly detail: RequestDetail
  readonly body: Buffer
  /** What the raw view shows with headers on, as bytes. */
  readonly raw: Buffer
}

/** Everything that the history has of the rig's source, oldest first. */
export async function readKept(rig: ExactRig): Promise<KeptRequest[]> {
  const kept: KeptRequest[] = []
  for (const { id } of await rig.rows()) {
    const { request } = await rig.services.engine.request(id)
    const body = await readBody(rig, id)
    // The same that the detail's Body tab hands its viewer.
    const head = messageHead(`${request.method} ${request.requestTarget} HTTP/1.1`, request.headers)
    const number = Number(request.headers.find(([name]) => name.toLowerCase() === 'x-case')?.[1])
    kept.push({ number, detail: request, body, raw: Buffer.concat([Buffer.from(head, 'latin1'), body]) })
  }
  return kept
}

/** A body as the window reads it; with a range, only that stretch of it. */
export async function readBody(rig: ExactRig, id: RequestId, range?: string): Promise<Buffer> {
  const headers = range === undefined ? {} : { range }
  const answer = await answerBody(
    rig.services.engine.history.requests,
    { kind: 'request', id },
    new Request('http://app/body', { headers }),
  )
  return Buffer.from(await answer.arrayBuffer())
}

/** What has to be the same in the history as it was at the sender. */
export type RequestFacts = Pick<
  RequestDetail,
  'kind' | 'method' | 'requestTarget' | 'headers' | 'trailers' | 'bodyBytes' | 'bodySha256' | 'remote'
> & {
  readonly rest: string
  /** Of the bytes that were read back. */
  readonly sha256: string
}

export function factsKept({ detail, body }: KeptRequest): RequestFacts {
  const { kind, method, requestTarget, mountBytes, headers, trailers, bodyBytes, bodySha256, remote } = detail
  const rest = requestTarget.slice(mountBytes)
  return { kind, method, requestTarget, rest, headers, trailers, bodyBytes, bodySha256, remote, sha256: sha256(body) }
}

export function factsSent(sent: SentRequest): RequestFacts {
  const digest = sha256(sent.body)
  return {
    kind: 'captured',
    method: sent.method,
    requestTarget: sent.target,
    rest: sent.rest,
    headers: pairsOf(sent.lines),
    trailers: pairsOf(sent.trailers),
    bodyBytes: sent.body.length,
    bodySha256: digest,
    remote: '127.0.0.1',
    sha256: digest,
  }
}

/** Lower-case hex. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
