import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { UpgradeRefusal } from '../../protocol/relay-message.ts'

export type Refusal = {
  readonly status: 400 | 401 | 403 | 429 | 503
  readonly code: UpgradeRefusal
  /** A sentence that a person understands. */
  readonly message: string
  readonly retryAfterSeconds?: number
}

/** A peer that never reads its refusal must not keep the socket. */
const LINGER_MS = 2_000

/** Answers an upgrade with problem+json (RFC 9457) on the raw socket and ends it. */
export function refuseUpgrade(socket: Duplex, refusal: Refusal): void {
  const title = STATUS_CODES[refusal.status] ?? 'Refused'
  const problem = { type: 'about:blank', title, status: refusal.status, detail: refusal.message, code: refusal.code }
  const body = Buffer.from(JSON.stringify(problem))
  const lines = [
    `HTTP/1.1 ${refusal.status} ${title}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${body.length}`,
    'Cache-Control: no-store',
    'Connection: close',
  ]
  if (refusal.status === 401) lines.push('WWW-Authenticate: Basic realm="creel"')
  if (refusal.retryAfterSeconds !== undefined) lines.push(`Retry-After: ${refusal.retryAfterSeconds}`)
  socket.on('error', () => socket.destroy())
  socket.end(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]))
  const timer = setTimeout(() => socket.destroy(), LINGER_MS)
  socket.once('close', () => clearTimeout(timer))
}
