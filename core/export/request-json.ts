import { textOf, type ExportedRequest } from './exported-request.ts'

/** A request as JSON: its lines as pairs, because order and duplicates carry meaning, and its body as text, or in base64 where it is none. */
export function toJson({ request, body }: ExportedRequest): string {
  const text = textOf(body)
  return JSON.stringify(
    {
      id: request.uid,
      receivedAt: new Date(request.receivedAt).toISOString(),
      provider: request.provider,
      event: request.event,
      remote: request.remote,
      method: request.method,
      target: request.requestTarget,
      headers: request.headers,
      ...(request.trailers.length === 0 ? {} : { trailers: request.trailers }),
      body: {
        bytes: body.length,
        sha256: request.bodySha256,
        ...(text === null ? { base64: Buffer.from(body).toString('base64') } : { text }),
      },
    },
    null,
    2,
  )
}
