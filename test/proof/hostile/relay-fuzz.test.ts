import { expect, test } from 'vitest'
import type { WebSocket } from 'ws'
import { eventually } from '../../helpers/eventually.ts'
import { extent } from '../../helpers/extent.ts'
import { createDice, fuzzSeed } from '../../helpers/fuzz.ts'
import { goodHead, rawFrame, sha256, startHostileRelay, type RelayConversation } from '../../helpers/hostile-relay.ts'
import { report } from '../../helpers/ledger.ts'
import { startClient } from '../../helpers/start-client.ts'
import { LIES } from './relay-lies.ts'

const TOKEN = { key: 'crk_abcdef', secret: `crs_${'x'.repeat(43)}` }
const MIB = 1024 * 1024
/** What the app may end a connection with; 1006 = the relay went first, or WebSocket itself was broken beyond words. */
const CLOSE_CODES = new Set([1000, 1001, 1002, 1005, 1006, 1007, 1009, 1011, 4400, 4409])

test('a relay that lies is left with a sentence, nothing wrong is stored, and nothing is acknowledged that was not stored', async () => {
  const count = extent(2000, 10_000)
  const seed = fuzzSeed()
  const dice = createDice(seed)
  const relay = await startHostileRelay()
  const names = Object.keys(LIES)
  const told = new Map<string, number>()
  let lies = 0
  const conversations: RelayConversation[] = []
  relay.onWelcomed = (conversation) => {
    conversations.push(conversation)
    if (lies >= count) return
    const name = dice.pick(names)
    LIES[name]?.(conversation, dice, `lie-${lies}`)
    lies += 1
    told.set(name, (told.get(name) ?? 0) + 1)
    conversation.ws.send('{"type":"ping","nonce":"first"}')
  }
  // Whatever did not end it by itself is ended then: after two round trips, so that what was stored has been acknowledged.
  relay.onPong = (nonce, { ws }) => ws.send(nonce === 'first' ? '{"type":"ping","nonce":"last"}' : 'this is no message')
  const before = process.memoryUsage().rss
  const agent = startClient({ relayUrl: relay.url, token: TOKEN, random: () => 0 })
  try {
    await expect.poll(() => lies, { timeout: 600_000, interval: 50 }).toBe(count)
    // The same client, and a relay that has come to its senses.
    const body = Buffer.from('{"good": 1.00}')
    const acknowledged = () => relay.heard.flatMap((message) => (message.type === 'ack' ? message.ids : []))
    await eventually(() => {
      expect(relay.closes).toHaveLength(count)
      expect(agent.client.connection().state).toBe('connected')
    })
    conversations.at(-1)?.ws.send(rawFrame(1, JSON.stringify(goodHead('good', 1, body)), body))
    await eventually(() => expect(acknowledged()).toContain('good'))
    const { stored } = agent.sink
    expect(
      stored.filter(({ head, body: got }) => sha256(got) !== head.sha256 || got.length !== head.bodyBytes),
    ).toEqual([])
    expect(stored.filter(({ head }) => head.kind === 'request' && isBroken(head))).toEqual([])
    const storedIds = new Set(stored.map(({ head }) => head.id))
    expect(acknowledged().filter((id) => !storedIds.has(id))).toEqual([])
    expect(relay.closes.filter((code) => !CLOSE_CODES.has(code))).toEqual([])
    const sentences = new Set(agent.states.flatMap((state) => (state.state === 'waiting' ? [state.reason] : [])))
    expect([...sentences].filter((text) => text.length > 700 || text.length < 10)).toEqual([])
    expect(agent.states.some(({ state }) => state === 'refused')).toBe(false)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    report('lies of a relay to the app', {
      seed,
      sent: lies,
      kinds: told.size,
      'closed by the app': relay.closes.length,
      sentences: sentences.size,
      stored: storedIds.size,
      acknowledged: new Set(acknowledged()).size,
      'memory grown MiB': Math.round((process.memoryUsage().rss - before) / MIB),
    })
  } finally {
    await agent.client.stop()
  }
})

function isBroken(head: { method: string; target: string; headers: readonly (readonly [string, string])[] }): boolean {
  const texts = [head.method, head.target, ...head.headers.flat()]
  return texts.some((text) => /[\r\n\0\u0100-\uffff]/.test(text)) || /[ ]/.test(head.method + head.target)
}

/** Nothing was taken for so long: the other side has stopped reading. */
const STALLED_MS = 400

/** Sends until nothing more is taken, or so much was that memory would not be bounded; tells how many bytes were taken. */
async function pour(ws: WebSocket, frames: () => readonly (string | Uint8Array)[], mostBytes: number): Promise<number> {
  let sent = 0
  let taken = 0
  let takenAt = performance.now()
  while (sent < mostBytes && ws.readyState === ws.OPEN && performance.now() - takenAt < STALLED_MS) {
    if (ws.bufferedAmount < MIB) {
      for (const frame of frames()) {
        ws.send(frame)
        sent += frame.length
      }
    } else await new Promise((resolve) => setImmediate(resolve))
    if (sent - ws.bufferedAmount === taken) continue
    taken = sent - ws.bufferedAmount
    takenAt = performance.now()
  }
  return taken
}

const HEAVY = Array.from({ length: 1000 }, (_, n): [string, string] => [`X-${n}`, 'h'.repeat(400)])
const STRANGE = rawFrame(1, JSON.stringify({ kind: 'k'.repeat(64), id: 'i'.repeat(200) }), new Uint8Array())

test.each([
  [
    'heads without end while the disk is slow',
    (n: number) => [
      rawFrame(1, JSON.stringify({ ...goodHead(`h${n}`, n, new Uint8Array()), headers: HEAVY }), new Uint8Array()),
    ],
  ],
  [
    'chunks without bytes while the disk is slow',
    (n: number) =>
      n === 1
        ? [rawFrame(1, JSON.stringify(goodHead('c', 1, new Uint8Array(9), true)), new Uint8Array())]
        : Array.from({ length: 100 }, (_, m) =>
            rawFrame(2, JSON.stringify({ id: 'c', n: (n - 2) * 100 + m, last: false }), new Uint8Array()),
          ),
  ],
])('%s: the app stops reading, and keeps little', async (name, frames) => {
  const relay = await startHostileRelay()
  const agent = startClient({ relayUrl: relay.url, token: TOKEN, random: () => 0 })
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  agent.sink.gate = () => opened
  try {
    const ws = await new Promise<WebSocket>((resolve) => (relay.onWelcomed = (said) => resolve(said.ws)))
    let n = 0
    const taken = await pour(ws, () => frames((n += 1)), 100 * MIB)
    report(`a relay that pours ${name}`, { 'taken MiB': Math.round(taken / MIB) })
    // Four in the app, the rest in the buffers of two sockets.
    expect(taken).toBeLessThan(30 * MIB)
  } finally {
    open()
    await agent.client.stop()
  }
})

test.each([
  ['pings', `{"type":"ping","nonce":"${'n'.repeat(64)}"}`],
  ['items of unknown kinds', STRANGE],
])('a relay that sends %s without end and reads no answer is left', async (name, frame) => {
  const relay = await startHostileRelay()
  const agent = startClient({ relayUrl: relay.url, token: TOKEN, random: () => 0.99 })
  try {
    const { ws, socket } = await new Promise<RelayConversation>((resolve) => (relay.onWelcomed = resolve))
    socket.pause()
    const before = process.memoryUsage().rss
    const frames = Array.from({ length: 500 }, () => frame)
    let sent = 0
    while (ws.readyState === ws.OPEN && agent.client.connection().state !== 'waiting' && sent < 2_000_000) {
      for (const one of frames) ws.send(one)
      sent += frames.length
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(agent.client.connection()).toMatchObject({
      state: 'waiting',
      reason: expect.stringContaining('reads no answer'),
    })
    const grown = Math.round((process.memoryUsage().rss - before) / MIB)
    report(`a relay that sends ${name} and does not read`, { sent, 'memory grown MiB': grown })
  } finally {
    await agent.client.stop()
  }
})

test('a relay that begins bodies without end and finishes none is left', async () => {
  const relay = await startHostileRelay()
  const agent = startClient({ relayUrl: relay.url, token: TOKEN, random: () => 0.99 })
  try {
    relay.onWelcomed = ({ ws }) => {
      for (let n = 0; n < 1000; n += 1) {
        const head = { ...goodHead(`o${n}`, n + 1, new Uint8Array(9), true), bucket: `b${n}` }
        ws.send(rawFrame(1, JSON.stringify(head), new Uint8Array()))
      }
    }
    await eventually(() => expect(relay.closes).toEqual([1002]))
    expect(agent.states.find(({ state }) => state === 'waiting')).toHaveProperty(
      'reason',
      expect.stringContaining('than any window allows'),
    )
  } finally {
    await agent.client.stop()
  }
})
