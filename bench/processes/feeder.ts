import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { v7 as uuidV7 } from 'uuid'
import { WebSocketServer, type WebSocket } from 'ws'
import { WINDOW_ITEMS } from '../../protocol/limits.ts'
import { encodeFrame } from '../../protocol/request-frame.ts'
import { clockMs } from '../clock.ts'
import { sayReady, serve } from '../serve.ts'
import { githubWebhook } from '../webhook.ts'

export type FeederCalls = {
  readonly port: { input: null; output: number }
  /** Hands out so many items as fast as the window allows; gives the time from the first byte to the last acknowledgement. */
  readonly feed: { input: { items: number }; output: { readonly ms: number } }
}

/** The other end of the app's socket and nothing else: a relay of creel.v1 whose items are ready in memory. */
const bucket = 'bench'
const webhook = githubWebhook()
const sha256 = createHash('sha256').update(webhook.body).digest('hex')
const headers = webhook.headers.map(([name, value]): [string, string] => [name, value])
let agent: WebSocket | null = null
let transport: Duplex | null = null
let seq = 0
let onAck: (count: number) => void = () => undefined

const server = createServer((_request, response) => response.writeHead(404).end())
const sockets = new WebSocketServer({ server, handleProtocols: () => 'creel.v1' })
sockets.on('connection', (socket, request) => {
  agent = socket
  transport = request.socket
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as { type: string; nonce?: string; ids?: readonly string[] }
    if (message.type === 'hello') socket.send(JSON.stringify(welcome()))
    if (message.type === 'ping') socket.send(JSON.stringify({ type: 'pong', nonce: message.nonce }))
    if (message.type === 'ack') onAck(message.ids?.length ?? 0)
  })
})

function welcome(): object {
  return {
    type: 'welcome',
    relay: { name: 'feeder', version: '0' },
    now: Date.now(),
    buckets: [{ id: bucket, name: 'bench', ttlMs: 604_800_000 }],
    inputs: [],
    pending: 0,
  }
}

function nextFrame(): Uint8Array {
  seq += 1
  const target = `/in/bench/${String(seq).padStart(8, '0')}`
  return encodeFrame({
    type: 'item',
    head: {
      kind: 'request',
      id: uuidV7(),
      seq,
      bucket,
      input: null,
      receivedAt: Date.now(),
      remote: '127.0.0.1',
      bodyBytes: webhook.body.length,
      sha256,
      handout: 1,
      redelivered: false,
      chunked: false,
      method: 'POST',
      target,
      mountBytes: 9,
      headers,
      trailers: [],
    },
    bytes: webhook.body,
  })
}

async function feed({ items }: { items: number }): Promise<{ ms: number }> {
  const frames = Array.from({ length: items }, nextFrame)
  let sent = 0
  let acknowledged = 0
  const beganAt = clockMs()
  await new Promise<void>((resolve) => {
    function fill(): void {
      transport?.cork()
      for (; sent < items && sent - acknowledged < WINDOW_ITEMS; sent += 1)
        agent?.send(frames[sent] ?? new Uint8Array())
      transport?.uncork()
    }
    onAck = (count) => {
      acknowledged += count
      if (acknowledged >= items) resolve()
      else fill()
    }
    fill()
  })
  return { ms: clockMs() - beganAt }
}

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  serve<FeederCalls>({ port: () => port, feed })
  sayReady()
})
