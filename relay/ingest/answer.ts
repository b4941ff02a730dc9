import type { ServerResponse } from 'node:http'
import type { Bucket, Input, InputResponse } from '../store/store.ts'

const ACCEPT: InputResponse = { kind: 'accept' }

/** What an input answers: its own setting, else its bucket's, else `accept`. */
export function responseOf(input: Input | null, bucket: Bucket | null): InputResponse {
  return input?.settings.response ?? bucket?.settings.response ?? ACCEPT
}

/** Sends an input's answer. The caller has committed the request. */
export function answer(res: ServerResponse, response: InputResponse): void {
  if (res.destroyed) return
  if (response.kind === 'accept') {
    // Node's own head of an empty 200, the shortest way through it.
    res.end()
    return
  }
  const body = Buffer.from(response.body, 'utf8')
  const lines = response.headers.flatMap(([name, value]) => [name, value])
  // RFC 9110 section 15.3.5, 15.4.5: these have no content, whatever was set.
  const hasContent = response.status !== 204 && response.status !== 304
  res.writeHead(response.status, hasContent ? [...lines, 'Content-Length', String(body.length)] : lines)
  res.end(hasContent ? body : undefined)
}
