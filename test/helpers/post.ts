import { request } from 'node:http'

export type Posted = { readonly status: number; readonly body: string }

/** Sends one webhook as a plain sender does. */
export function post(
  url: string,
  body: string | Uint8Array,
  options: { readonly method?: string; readonly headers?: readonly string[] } = {},
): Promise<Posted> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: options.method ?? 'POST', headers: [...(options.headers ?? [])] }, (answer) => {
      const pieces: Buffer[] = []
      answer.on('data', (piece: Buffer) => pieces.push(piece))
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(pieces).toString() }))
    })
    sent.once('error', reject)
    sent.end(body)
  })
}
