import { createHash, hash, type Hash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import WebSocket from 'ws'

export type Taken = {
  readonly id: string
  readonly seq: number
  readonly bucket: string
  readonly kind: string
  readonly handout: number
  readonly bodyBytes: number
  /** As the relay says; `isExact`: as it came. */
  readonly sha256: string
  readonly isExact: boolean
  /** Bodies of at most 1 KiB as text, else ''. */
  readonly text: string
}

/** An agent of creel.v1 that costs next to nothing, so that a test can have a thousand. */
export type LeanAgent = {
  /** What came whole, in order; repeats too. */
  readonly taken: Taken[]
  readonly pending: number
  /** Reads nothing more, as a program that hangs. */
  stopReading(): void
  readOn(): void
  ack(ids: readonly string[]): void
  /** Settles with the code of the close. */
  readonly closed: Promise<number>
  close(): void
  /** Away without a word. */
  drop(): void
}

export type LeanAgentOptions = {
  readonly url: string
  readonly token: { readonly key: string; readonly secret: string }
  readonly subscription: string
  readonly window?: { readonly items: number; readonly bytes: number }
  readonly instance?: string
  /** Acknowledges what came as it comes, many in one message; on by default. */
  readonly acknowledges?: boolean
}

/** What a relay that takes no agent answers. */
export class Refused extends Error {
  readonly status: number
  readonly code: string
  readonly retryAfter: string | null

  constructor(status: number, code: string, retryAfter: string | null) {
    super(`The relay refused the agent with ${status} ${code}.`)
    this.status = status
    this.code = code
    this.retryAfter = retryAfter
  }
}

const SHOWN_BYTES = 1024

const PING_MS = 10_000

/** Connects, and resolves with the relay's welcome. Rejects with `Refused` when the relay says no. Written by docs/creel-v1.md alone. */
export async function connectLeanAgent(options: LeanAgentOptions): Promise<LeanAgent> {
  const ws = openSocket(options)
  const taken: Taken[] = []
  const toAck: string[] = []
  let pending = 0
  const closed = new Promise<number>((resolve) => ws.once('close', resolve))

  const send = (message: object): void => {
    if (ws.readyState === WebSocket.OPEN) ws.send(JSON.stringify(message))
  }
  const ack = (ids: readonly string[]): void => {
    for (let from = 0; from < ids.length; from += 10_000) send({ type: 'ack', ids: ids.slice(from, from + 10_000) })
  }
  const take = createTaker((item) => {
    taken.push(item)
    if (options.acknowledges === false) return
    if (toAck.length === 0) setImmediate(() => ack(toAck.splice(0)))
    toAck.push(item.id)
  })

  await opened(ws)
  await new Promise<void>((resolve, reject) => {
    void closed.then((code) => reject(new Error(`The relay closed with ${code} before its welcome.`)))
    ws.on('error', reject)
    ws.on('message', (data: Buffer, isBinary) => {
      if (isBinary) return take(data)
      const message = JSON.parse(data.toString()) as { type: string; nonce?: string; pending?: number }
      if (message.type === 'ping') send({ type: 'pong', nonce: message.nonce })
      if (message.type !== 'welcome') return
      pending = message.pending ?? 0
      resolve()
    })
    send({
      type: 'hello',
      agent: { name: 'lean', version: '1', ...(options.instance ? { instance: options.instance } : {}) },
      subscription: options.subscription,
      window: options.window ?? { items: 256, bytes: 33_554_432 },
      now: Date.now(),
    })
  })
  // An agent that reads slowly still says that it is there, as any agent does.
  const pings = setInterval(() => send({ type: 'ping', nonce: 'alive' }), PING_MS)
  void closed.then(() => clearInterval(pings))
  return {
    taken,
    pending,
    closed,
    ack,
    stopReading: () => ws.pause(),
    readOn: () => ws.resume(),
    close: () => ws.close(1000),
    drop: () => ws.terminate(),
  }
}

function openSocket({ url, token, subscription, instance }: LeanAgentOptions): WebSocket {
  const query = new URLSearchParams({ subscription, ...(instance ? { instance } : {}) })
  const authorization = `Basic ${Buffer.from(`${token.key}:${token.secret}`).toString('base64')}`
  return new WebSocket(`${url.replace(/^http/, 'ws')}/v1/stream?${query.toString()}`, 'creel.v1', {
    headers: { authorization },
    perMessageDeflate: false,
  })
}

function opened(ws: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    ws.once('open', resolve)
    ws.once('error', reject)
    ws.once('unexpected-response', (request, answer: IncomingMessage) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (piece: string) => (text += piece))
      answer.once('end', () => {
        request.destroy()
        const { code = '' } = JSON.parse(text) as { code?: string }
        reject(new Refused(answer.statusCode ?? 0, code, answer.headers['retry-after'] ?? null))
      })
    })
  })
}

/** Of it the relay tells all but what is found out by reading its body. */
type ItemHead = Omit<Taken, 'isExact' | 'text'> & { readonly chunked?: boolean }

/** Reads binary frames and puts chunks together, keeping no body. */
function createTaker(onItem: (item: Taken) => void): (frame: Buffer) => void {
  const open = new Map<string, { readonly head: ItemHead; readonly hash: Hash; bytes: number }>()
  const done = (head: ItemHead, isExact: boolean, text: string): void => {
    const { id, seq, bucket, kind, handout, bodyBytes, sha256 } = head
    onItem({ id, seq, bucket, kind, handout, bodyBytes, sha256, isExact, text })
  }
  return (frame) => {
    const headEnd = 5 + frame.readUInt32BE(1)
    const bytes = frame.subarray(headEnd)
    const json: unknown = JSON.parse(frame.toString('utf8', 5, headEnd))
    if (frame[0] === 1) {
      const head = json as ItemHead
      if (head.chunked) open.set(head.id, { head, hash: createHash('sha256'), bytes: 0 })
      else {
        const isExact = bytes.length === head.bodyBytes && hash('sha256', bytes, 'hex') === head.sha256
        done(head, isExact, bytes.length <= SHOWN_BYTES ? bytes.toString('latin1') : '')
      }
      return
    }
    const { id, last } = json as { id: string; last: boolean }
    const item = open.get(id)
    if (!item) throw new Error(`A chunk came of ${id}, which was not begun.`)
    item.hash.update(bytes)
    item.bytes += bytes.length
    if (!last) return
    open.delete(id)
    done(item.head, item.bytes === item.head.bodyBytes && item.hash.digest('hex') === item.head.sha256, '')
  }
}
