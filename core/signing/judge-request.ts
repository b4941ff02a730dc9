import { MIB } from '../../protocol/limits.ts'
import type { RequestDetail } from '../../protocol/request.ts'
import { keysOf } from '../../signatures/given-keys.ts'
import type { Call, Judgement, Scheme } from '../../signatures/scheme.ts'
import type { HistoryRequests } from '../history/history.ts'

export type Judged = { readonly call: Call; readonly judgement: Judgement }

/** Judges a stored request with these secrets, under the URLs that its sender may have used: the first under which it holds, else the likeliest. */
export function judgeRequest(
  scheme: Scheme,
  request: RequestDetail,
  body: Uint8Array,
  secrets: readonly string[],
): Judged {
  const { method, headers, receivedAt } = request
  const call: Call = { method, url: null, headers, body, keys: keysOf(secrets), receivedAt }
  const calls = urlsOf(request).map((url): Call => ({ ...call, url }))
  const [first = call, ...others] = calls
  const judgement = scheme.judge(first)
  if (judgement.ok || !scheme.needsUrl) return { call: first, judgement }
  for (const other of others) {
    const again = scheme.judge(other)
    if (again.ok) return { call: other, judgement: again }
  }
  return { call: first, judgement }
}

/** The URLs that the sender may have used: what the request itself tells, behind HTTPS and without. */
function urlsOf({ headers, requestTarget }: RequestDetail): readonly string[] {
  const host = headers.find(([name]) => name.toLowerCase() === 'host')?.[1].trim()
  return host === undefined || host === '' ? [] : [`https://${host}${requestTarget}`, `http://${host}${requestTarget}`]
}

/** A request's body, in pieces, so that the reader thread's messages stay small. */
export async function readWhole(
  requests: HistoryRequests,
  request: Pick<RequestDetail, 'id' | 'bodyBytes'>,
): Promise<Uint8Array> {
  const whole = new Uint8Array(request.bodyBytes)
  for (let from = 0; from < request.bodyBytes; from += MIB) {
    const to = Math.min(request.bodyBytes, from + MIB)
    const piece = await requests.readBody({ kind: 'request', id: request.id }, from, to)
    if (piece === null) break
    whole.set(piece, from)
  }
  return whole
}
