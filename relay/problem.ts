import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'

export const PROBLEM_JSON = 'application/problem+json'

/** Why somebody was refused. `detail` is a sentence a person understands; `code` is for programs. */
export type Refusal = {
  readonly status: number
  readonly code: string
  readonly detail: string
  /** Header lines that its answer has besides the usual ones: name, value, name, value. */
  readonly headers?: readonly string[]
}

/** RFC 9457, with members of our own behind the standard ones. */
export type Problem = Omit<Refusal, 'headers'> & { readonly type: string; readonly title: string }

export function problemOf(refusal: Refusal, extra: Readonly<Record<string, unknown>> = {}): Problem {
  const { status, code } = refusal
  const detail = sentence(refusal.detail)
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, code, detail, ...extra }
}

/** Reasons are phrases, for rows and lists; an answer is read on its own. */
function sentence(phrase: string): string {
  const whole = phrase.charAt(0).toUpperCase() + phrase.slice(1)
  return /[.!?]$/.test(whole) ? whole : `${whole}.`
}

/** How long a refused sender may go on writing before its socket is destroyed. */
const LINGER_MS = 2000

/** Refuses on a socket that has no `ServerResponse`, and closes it once the other side could read the answer. */
export function refuseOnSocket(socket: Duplex, refusal: Refusal, headers: readonly string[] = []): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const body = JSON.stringify(problemOf(refusal))
  const head = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? 'Error'}`,
    'Connection: close',
    `Content-Type: ${PROBLEM_JSON}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...headers,
  ]
  socket.on('error', () => socket.destroy())
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  // Destroyed at once, unread bytes would turn into a reset, which takes the answer away from the sender.
  socket.resume()
  const timer = setTimeout(() => socket.destroy(), LINGER_MS)
  socket.once('close', () => clearTimeout(timer))
}
