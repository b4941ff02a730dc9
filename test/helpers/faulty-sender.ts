import { createHash } from 'node:crypto'
import { Agent, request } from 'node:http'
import { onTestFinished } from 'vitest'
import type { RequestSummary } from '../../protocol/request.ts'
import type { Recorded } from './recording-sink.ts'
import { countLedger, type Ledger } from './ledger.ts'

export type Reply = { readonly status: number; readonly retryAfter: string | null }

/** Posts requests with a name each, and keeps book of what was answered. */
export type Sender = {
  /** Posts `<url>/<name>` once. Status 0: no answer came. */
  post(name: string, body?: Uint8Array): Promise<Reply>
  /** Posts so many, `parallel` at a time. */
  burst(prefix: string, count: number, options?: { bytes?: number; parallel?: number }): Promise<readonly Reply[]>
  /** Takes note of one that a test posted by other means. */
  note(name: string, reply: Reply, body: Uint8Array): void
  readonly sent: number
  /** Names of those answered 2xx, in the order of their answers. */
  readonly accepted: readonly string[]
  /** Every answer that was not 2xx. */
  readonly refused: readonly Reply[]
  /** SHA-256 in hex of the body that was posted under a name. */
  hashOf(name: string): string | undefined
  /** What came of them at an agent. */
  ledgerOf(received: readonly Recorded[]): Ledger
  /** What came of them in a history. */
  ledgerOfRows(rows: readonly RequestSummary[]): Ledger
}

/** Posts to an input, until the test ends. */
export function senderTo(url: string): Sender {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  onTestFinished(() => agent.destroy())
  const hashes = new Map<string, string>()
  const accepted: string[] = []
  const refused: Reply[] = []
  let sent = 0

  function note(name: string, reply: Reply, body: Uint8Array): void {
    sent += 1
    hashes.set(name, sha256(body))
    if (reply.status >= 200 && reply.status < 300) accepted.push(name)
    else refused.push(reply)
  }

  async function post(name: string, body: Uint8Array = Buffer.from(`{"name":"${name}"}`)): Promise<Reply> {
    const reply = await send(`${url}/${name}`, body, agent)
    note(name, reply, body)
    return reply
  }

  return {
    post,
    note,
    async burst(prefix, count, { bytes = 200, parallel = 16 } = {}) {
      const replies: Reply[] = []
      let next = 0
      const one = async (): Promise<void> => {
        while (next < count) {
          const name = `${prefix}${next}`
          next += 1
          replies.push(await post(name, bodyOf(name, bytes)))
        }
      }
      await Promise.all(Array.from({ length: parallel }, one))
      return replies
    },
    get sent() {
      return sent
    },
    accepted,
    refused,
    hashOf: (name) => hashes.get(name),
    ledgerOf(received) {
      const requests = received.flatMap(({ head, body }) =>
        head.kind === 'request' ? [{ name: head.target.slice(head.mountBytes + 1), body }] : [],
      )
      return countLedger({
        sent,
        accepted,
        arrived: requests.map(({ name }) => name),
        altered: requests.filter(({ name, body }) => hashes.get(name) !== sha256(body)).length,
      })
    },
    ledgerOfRows: (rows) => countLedger({ sent, accepted, arrived: rows.filter(isRequest).map(nameOf) }),
  }
}

/** The name of a row that such a sender posted. */
export function nameOf(row: RequestSummary): string {
  return row.requestTarget.slice(row.mountBytes + 1)
}

function isRequest(row: RequestSummary): boolean {
  return row.kind === 'captured'
}

function bodyOf(name: string, bytes: number): Buffer {
  return Buffer.alloc(bytes, `${name} `)
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function send(url: string, body: Uint8Array, agent: Agent): Promise<Reply> {
  return new Promise((resolve) => {
    const sending = request(url, { method: 'POST', agent, headers: { 'content-length': body.length } }, (answer) => {
      answer.resume()
      answer.once('close', () =>
        resolve({ status: answer.statusCode ?? 0, retryAfter: answer.headers['retry-after'] ?? null }),
      )
    })
    // A sender that hears nothing may not count on anything.
    sending.once('error', () => resolve({ status: 0, retryAfter: null }))
    sending.end(body)
  })
}
