import type { BodyPart } from '../core/history/history.ts'
import { CHUNK_BYTES } from '../protocol/limits.ts'

export type BodySource = {
  bodyInfo(part: BodyPart): Promise<{ readonly bytes: number; readonly sha256: string } | null>
  readBody(part: BodyPart, from: number, to: number): Promise<Uint8Array<ArrayBuffer> | null>
}

const HEADERS = {
  // Captured bytes are never anything but bytes to the page, whatever their sender called them.
  'content-type': 'application/octet-stream',
  'x-content-type-options': 'nosniff',
  'accept-ranges': 'bytes',
  'cache-control': 'no-store',
}

/**
 * Streams a stored body, or the range asked for (RFC 9110 section 14), piece by piece from the reader thread. A body that is gone answers 204 with
 * `creel-gone: 1`, and a range beyond the end an empty 206: Chromium would log an error for a 404 or 416.
 */
export async function answerBody(source: BodySource, part: BodyPart, request: Request): Promise<Response> {
  const info = await source.bodyInfo(part)
  if (info === null) return new Response(null, { status: 204, headers: { ...HEADERS, 'creel-gone': '1' } })
  const range = readRange(request.headers.get('range'), info.bytes)
  const from = range?.from ?? 0
  const to = range?.to ?? info.bytes
  const headers = {
    ...HEADERS,
    'content-length': String(to - from),
    'creel-bytes': String(info.bytes),
    'creel-sha256': info.sha256,
    ...(range ? { 'content-range': `bytes ${from}-${Math.max(from, to - 1)}/${info.bytes}` } : {}),
  }
  const status = range ? 206 : 200
  if (request.method === 'HEAD' || from === to) return new Response(null, { status, headers })
  return new Response(streamBody(source, part, { from, to }), { status, headers })
}

function streamBody(
  source: BodySource,
  part: BodyPart,
  { from, to }: { readonly from: number; readonly to: number },
): ReadableStream<Uint8Array> {
  let at = from
  return new ReadableStream(
    {
      type: 'bytes',
      async pull(controller) {
        const piece = await source.readBody(part, at, Math.min(to, at + CHUNK_BYTES))
        if (piece === null || piece.length === 0) {
          controller.error(new Error('The body was deleted while it was read.'))
          return
        }
        at += piece.length
        controller.enqueue(piece)
        if (at >= to) controller.close()
      },
    },
    // Nothing is read ahead of what the page takes.
    { highWaterMark: 0 },
  )
}

/** One range of bytes as [from, to), or null for the whole. Several ranges at once are answered with the whole, as a server may. */
export function readRange(header: string | null, bytes: number): { from: number; to: number } | null {
  const match = header === null ? null : /^bytes=(\d*)-(\d*)$/.exec(header.trim())
  if (!match) return null
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return null
  if (first === '') return { from: Math.max(0, bytes - Number(last)), to: bytes }
  const from = Math.min(Number(first), bytes)
  const to = last === '' ? bytes : Math.min(Number(last) + 1, bytes)
  return { from, to: Math.max(from, to) }
}
