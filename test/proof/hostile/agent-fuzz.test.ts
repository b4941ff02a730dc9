import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { eventually } from '../../helpers/eventually.ts'
import { extent } from '../../helpers/extent.ts'
import { createDice, fuzzSeed, mangleBytes, mangleJson, type Dice } from '../../helpers/fuzz.ts'
import { startAttackedRelay, startGoodSender, type AttackedRelay } from '../../helpers/hostile-http.ts'
import { report } from '../../helpers/ledger.ts'
import { exchangeRaw } from '../../helpers/raw-http.ts'
import { startClient } from '../../helpers/start-client.ts'

const HELLO = {
  type: 'hello',
  agent: { name: 'fuzz', version: '1' },
  subscription: 'fuzz',
  window: { items: 10, bytes: 100_000 },
  now: 1_800_000_000_000,
}
const GOOD: readonly Readonly<Record<string, unknown>>[] = [
  HELLO,
  { type: 'ack', ids: ['01994d0c-2f00-7c3a-8a52-6f1f6a3c9d10'] },
  { type: 'nack', id: '01994d0c-2f00-7c3a-8a52-6f1f6a3c9d10', delayMs: 1, reason: 'x' },
  { type: 'ping', nonce: 'a' },
  { type: 'pong', nonce: 'a' },
  { type: 'error', code: 'x', message: 'y' },
]
const WINDOWS: readonly unknown[] = [0, -1, 1.5, 10_001, 1e308, '10', null, [1]]
/** What the documents name, and 1006: WebSocket itself was broken. */
const CLOSE_CODES = new Set([1002, 1006, 1007, 1008, 1009, 4400])

function dial(relay: AttackedRelay): WebSocket {
  const authorization = `Basic ${Buffer.from(`${relay.token.key}:${relay.token.secret}`).toString('base64')}`
  const ws = new WebSocket(`ws://127.0.0.1:${relay.port}/v1/stream`, 'creel.v1', { headers: { authorization } })
  ws.on('error', () => undefined)
  return ws
}

type Lie = (ws: WebSocket, dice: Dice) => void

const text = (ws: WebSocket, ...messages: readonly (object | string)[]) => {
  for (const one of messages) ws.send(typeof one === 'string' ? one : JSON.stringify(one))
}
/** The bytes of a client's frame as they are, below what `ws` would write. */
const raw = (ws: WebSocket, bytes: readonly number[]) => {
  Reflect.get(ws, '_socket').write(Buffer.from(bytes))
}

const LIES: Readonly<Record<string, Lie>> = {
  'a broken hello': (ws, dice) => text(ws, mangleJson(dice, HELLO)),
  'a window that is none': (ws, dice) =>
    text(ws, { ...HELLO, window: { ...HELLO.window, [dice.pick(['items', 'bytes'])]: dice.pick(WINDOWS) } }),
  'something before the hello': (ws, dice) => text(ws, dice.pick(GOOD.slice(1)), HELLO),
  'two hellos': (ws) => text(ws, HELLO, HELLO),
  'a broken message': (ws, dice) => text(ws, HELLO, mangleJson(dice, dice.pick(GOOD.slice(1)))),
  'random text': (ws, dice) => {
    text(ws, HELLO)
    ws.send(Buffer.from(dice.bytes(dice.roll(200))), { binary: false })
  },
  'binary frames': (ws, dice) => {
    if (dice.chance(0.8)) text(ws, HELLO)
    for (let n = 0; n < 5; n += 1) ws.send(dice.bytes(dice.roll(100)))
  },
  'broken bytes of a message': (ws, dice) => {
    text(ws, HELLO)
    ws.send(Buffer.from(mangleBytes(dice, Buffer.from(JSON.stringify(dice.pick(GOOD))))), { binary: false })
  },
  'too much': (ws) => {
    text(ws, HELLO)
    ws.send('x'.repeat(1_100_000))
  },
  'half a million wrong ids': (ws) => text(ws, HELLO, `{"type":"ack","ids":[${'1,'.repeat(500_000)}1]}`),
  'nesting without end': (ws) => text(ws, HELLO, `{"type":"ping","x":${'['.repeat(500_000)}`),
  'thousands of pieces': (ws) => {
    text(ws, HELLO)
    for (let n = 0; n < 20_000; n += 1) ws.send('x', { fin: false })
  },
  'delays that are none': (ws, dice) => {
    const delayMs = dice.pick([-1, 1e308, 86_400_001, 'x', 0.5])
    text(ws, HELLO, { type: 'nack', id: 'x', delayMs, reason: '' })
  },
  'a broken WebSocket frame': (ws, dice) =>
    raw(
      ws,
      dice.pick<readonly number[]>([
        [0xc1, 0x81, 1, 2, 3, 4, 5],
        [0x83, 0x80, 1, 2, 3, 4],
        [0x81, 0x01, 0x61],
        [0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4],
        [0x80, 0x81, 1, 2, 3, 4, 5],
        [0x09, 0x80, 1, 2, 3, 4],
        [0x88, 0x81, 1, 2, 3, 4, 5],
      ]),
    ),
}
/** These cost a megabyte each: a few are enough. */
const HEAVY = ['too much', 'half a million wrong ids', 'nesting without end', 'thousands of pieces']

async function tellOne(relay: AttackedRelay, name: string, dice: Dice): Promise<number> {
  const ws = dial(relay)
  const ended = new Promise<number>((resolve) => ws.once('close', resolve))
  ws.once('open', () => {
    LIES[name]?.(ws, dice)
    // Whatever did not end it is ended by this.
    if (ws.readyState === ws.OPEN) ws.send('this is no message')
  })
  return ended
}

test('an agent that lies is closed with a code, and nothing of what it says makes an item go away', async () => {
  const count = extent(2000, 10_000)
  const seed = fuzzSeed()
  const dice = createDice(seed)
  const relay = await startAttackedRelay({ CREEL_LOG_LEVEL: 'info', CREEL_BUCKET_MAX_AGENTS: '100' })
  const good = startGoodSender(relay.port, relay.path)
  const names = Object.keys(LIES).filter((name) => !HEAVY.includes(name))
  const codes = new Map<number, number>()
  let left = count
  const tellOneAfterAnother = async () => {
    for (; left > 0;) {
      left -= 1
      const name = left % 200 === 0 ? dice.pick(HEAVY) : dice.pick(names)
      const code = await tellOne(relay, name, dice)
      codes.set(code, (codes.get(code) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: 8 }, tellOneAfterAnother))
  const { served, unserved, slowestMs } = await good.stop()
  expect([...codes.keys()].filter((code) => !CLOSE_CODES.has(code))).toEqual([])
  expect(unserved).toEqual([])

  // Everything that the good sender was promised comes to the first good agent, of the same subscription too.
  const agent = startClient({ relayUrl: `http://127.0.0.1:${relay.port}`, token: relay.token, subscription: 'fuzz' })
  try {
    await eventually(() => expect(agent.sink.stored).toHaveLength(served))
  } finally {
    await agent.client.stop()
  }
  expect(relay.complaints()).toEqual([])
  report('lies of an agent to the relay', {
    seed,
    sent: count,
    ...Object.fromEntries([...codes].map(([code, times]) => [`closed ${code}`, times])),
    'served meanwhile': served,
    'slowest ms': slowestMs,
    'memory peak MiB': (await relay.memory.usage()).peakMiB,
  })
})

test('an agent acknowledges nothing that was not handed out to it', async () => {
  const relay = await startAttackedRelay()
  const post = () => exchangeRaw(relay.port, `POST ${relay.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na`)
  for (let n = 0; n < 5; n += 1) expect((await post()).status).toBe(200)
  await exchangeRaw(relay.port, `POST ${relay.otherPath} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na`)
  const [own, others] = await Promise.all([relay.items(), relay.items(relay.otherPath)])
  const ids = [...own, ...others].map((item) => String(item['id']))

  const ws = dial(relay)
  const ponged = new Promise<void>((resolve) => {
    ws.on('message', (data: Buffer, isBinary) => {
      if (!isBinary && data.toString().includes('"pong"')) resolve()
    })
  })
  ws.once('open', () => {
    // Room for one: the other four of its bucket are not handed out.
    text(ws, { ...HELLO, window: { items: 1, bytes: 1 } }, { type: 'ack', ids: ids.slice(1) })
    text(ws, { type: 'nack', id: ids[2], delayMs: 86_400_000, reason: 'x' }, { type: 'ping', nonce: 'last' })
  })
  await ponged
  ws.close()
  const agent = startClient({ relayUrl: `http://127.0.0.1:${relay.port}`, token: relay.token, subscription: 'fuzz' })
  try {
    // What the other had been handed comes once it is gone for the relay too, behind the rest; the ids themselves are in order.
    await eventually(() => expect(agent.sink.stored.map(({ head }) => head.id).toSorted()).toEqual(ids.slice(0, 5)))
  } finally {
    await agent.client.stop()
  }
  expect((await relay.items(relay.otherPath)).map(({ kind }) => kind)).toEqual(['request'])
  report('acknowledgements of what was never handed out', { sent: ids.length - 1, lost: 0 })
})

test('an agent that asks on and on and reads no answer is closed, and takes little memory until then', async () => {
  const relay = await startAttackedRelay()
  const good = startGoodSender(relay.port, relay.path)
  const before = (await relay.memory.usage()).rssMiB
  await relay.memory.forgetPeak()
  const ws = dial(relay)
  await new Promise((resolve) => ws.once('open', resolve))
  const ended = new Promise<number>((resolve) => ws.once('close', resolve))
  text(ws, HELLO)
  ws.pause()
  const ping = JSON.stringify({ type: 'ping', nonce: 'n'.repeat(64) })
  let sent = 0
  let isOver = false
  void ended.then(() => (isOver = true))
  // Until writing fails, as the relay has let go of the connection.
  ws.once('error', () => (isOver = true))
  Reflect.get(ws, '_socket').once('close', () => (isOver = true))
  while (!isOver && sent < 3_000_000) {
    for (let n = 0; n < 500; n += 1) ws.send(ping)
    sent += 500
    while (!isOver && ws.bufferedAmount > 1_000_000) await new Promise((resolve) => setImmediate(resolve))
    await new Promise((resolve) => setImmediate(resolve))
  }
  ws.terminate()
  const { served, unserved, slowestMs } = await good.stop()
  expect(unserved).toEqual([])
  expect(isOver).toBe(true)
  const { peakMiB } = await relay.memory.usage()
  report('an agent that pings and does not read', {
    sent,
    'served meanwhile': served,
    'slowest ms': slowestMs,
    'memory grown MiB': peakMiB - before,
  })
  // Unbounded it would be gigabytes.
  expect(peakMiB - before).toBeLessThan(250)
  expect(relay.complaints()).toEqual([])
})
