import { createHash } from 'node:crypto'
import type { Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { WebSocketServer, type WebSocket } from 'ws'
import type { AgentMessage } from '../../protocol/relay-message.ts'
import type { ItemHead } from '../../protocol/request-frame.ts'

export type RelayConversation = { readonly ws: WebSocket; readonly socket: Socket }

/** A relay that says what a test wants, after a good welcome. */
export type HostileRelay = {
  readonly url: string
  /** What agents said, of all connections; cleared by whoever likes. */
  readonly heard: AgentMessage[]
  /** Codes that agents closed with; 1006 = without a word. */
  readonly closes: number[]
  /** Called for each connection once the welcome was sent. */
  onWelcomed: (conversation: RelayConversation) => void
  onPong: (nonce: string, conversation: RelayConversation) => void
}

export const WELCOME = {
  type: 'welcome',
  relay: { name: 'hostile', version: '1' },
  now: 1_800_000_000_000,
  buckets: [{ id: 'b', name: 'Shop', ttlMs: 604_800_000 }],
  inputs: [{ id: 'i', bucket: 'b', name: 'Stripe', url: 'http://127.0.0.1/in/i', response: 'accept' }],
  pending: 0,
}

export async function startHostileRelay(): Promise<HostileRelay> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(async () => {
    for (const ws of server.clients) ws.terminate()
    await new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  const relay: HostileRelay = {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    heard: [],
    closes: [],
    onWelcomed: () => undefined,
    onPong: () => undefined,
  }
  server.on('connection', (ws, request) => {
    ws.on('error', () => undefined)
    ws.on('close', (code) => relay.closes.push(code))
    ws.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as AgentMessage
      relay.heard.push(message)
      if (message.type === 'ping') ws.send(JSON.stringify({ type: 'pong', nonce: message.nonce }))
      if (message.type === 'pong') relay.onPong(message.nonce, { ws, socket: request.socket })
      if (message.type !== 'hello') return
      ws.send(JSON.stringify(WELCOME))
      relay.onWelcomed({ ws, socket: request.socket })
    })
  })
  return relay
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** A head as a good relay writes it. */
export function goodHead(id: string, seq: number, body: Uint8Array, chunked = false): ItemHead & { kind: 'request' } {
  return {
    kind: 'request',
    id,
    seq,
    bucket: 'b',
    input: 'i',
    receivedAt: 1_800_000_000_000,
    remote: '192.0.2.1',
    bodyBytes: body.length,
    sha256: sha256(body),
    handout: 1,
    redelivered: false,
    chunked,
    method: 'POST',
    target: '/in/i/hook?x=1',
    mountBytes: 5,
    headers: [
      ['Host', 'relay.example.com'],
      ['Content-Type', 'application/json'],
    ],
    trailers: [],
  }
}

/** A frame of any type and head, whatever these are; `headBytes` is the length that it claims. */
export function rawFrame(type: number, head: string | Uint8Array, body: Uint8Array, headBytes?: number): Uint8Array {
  const bytes = typeof head === 'string' ? Buffer.from(head) : head
  const prefix = Buffer.alloc(5)
  prefix[0] = type
  prefix.writeUInt32BE(headBytes ?? bytes.length, 1)
  return Buffer.concat([prefix, bytes, body])
}
