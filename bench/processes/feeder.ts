import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { v7 as uuidV7 } from 'uuid'
import { WebSocketServer } from 'ws'
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
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void
let transport: Duplex | null = null
let seq = 0
let onAck: (count: number) => void = () => undefined

const server = createServer((_request, response) => response.writeHead(404).end())
const sockets = new WebSocketServer({ server, handleProtocols: () => 'creel.v1' })
sockets.on('connection', (socket, request) => {
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

/** What a server sends of a binary message of less than 64 KiB: its head (RFC 6455, section 5.2) and its bytes, which a server does not mask. */
function toWire(frame: Uint8Array): Buffer {
  const wire = Buffer.alloc(4 + frame.length)
  wire.set([0x82, 126])
  wire.writeUInt16BE(frame.length, 2)
  wire.set(frame, 4)
  return wire
}

/** All is ready in memory, down to the bytes on the wire: what is measured is the app's work, and this end must take no more of the processor than it has to. */
async function feed({ items }: { items: number }): Promise<{ ms: number }> {
  const frames = Array.from({ length: items }, () => toWire(nextFrame()))
  const ends: number[] = []
  for (const frame of frames) ends.push((ends.at(-1) ?? 0) + frame.length)
  const wire = Buffer.concat(frames)
  frames.length = 0
  // What making them left behind would else be collected while the app works, in its time and on its cores: half of all that this end takes then.
  collectGarbage()
  let sent = 0
  let acknowledged = 0
  const beganAt = clockMs()
  await new Promise<void>((resolve) => {
    function fill(): void {
      const until = Math.min(items, acknowledged + WINDOW_ITEMS)
      if (until === sent) return
      transport?.write(wire.subarray(ends[sent - 1] ?? 0, ends[until - 1]))
      sent = until
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
