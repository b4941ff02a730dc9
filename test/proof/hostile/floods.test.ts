import { expect, test } from 'vitest'
import { eventually } from '../../helpers/eventually.ts'
import { extent } from '../../helpers/extent.ts'
import {
  codeOf,
  openMany,
  startAttackedRelay,
  startGoodSender,
  type AttackedRelay,
} from '../../helpers/hostile-http.ts'
import { report } from '../../helpers/ledger.ts'
import type { RawConnection } from '../../helpers/raw-http.ts'

const MANY = extent(200, 1000)
/** Short, so that a test need not wait for them. */
const SLOW = { CREEL_HEAD_TIMEOUT: '1s', CREEL_IDLE_TIMEOUT: '4s', CREEL_REQUEST_TIMEOUT: '6s' }
const FAST = { CREEL_MAX_BODY_BYTES: '100KiB' }
/** What the relay may grow by under any of these. */
const MOST_GROWN_MIB = 350

type Flood = {
  readonly name: string
  readonly count: number
  readonly first: (path: string) => string
  /** Written again and again until the relay ends it. */
  readonly more: string
  readonly everyMs: number
  readonly status: number
  readonly reason: string
}

const post =
  (...lines: readonly string[]) =>
  (path: string) =>
    `${[`POST ${path}/flood HTTP/1.1`, 'Host: x', ...lines].join('\r\n')}\r\n`

const FLOODS: readonly Flood[] = [
  {
    name: 'connections that say nothing',
    count: MANY,
    first: () => '',
    more: '',
    everyMs: 100,
    status: 408,
    reason: 'parser:ERR_HTTP_REQUEST_TIMEOUT',
  },
  {
    name: 'heads that drip',
    count: MANY,
    first: post('X: '),
    more: 'x',
    everyMs: 100,
    status: 408,
    reason: 'parser:ERR_HTTP_REQUEST_TIMEOUT',
  },
  {
    name: 'bodies that drip',
    count: MANY,
    first: post('Content-Length: 9000', ''),
    more: 'x',
    everyMs: 100,
    status: 408,
    reason: 'parser:ERR_HTTP_REQUEST_TIMEOUT',
  },
  {
    name: 'bodies that stop',
    count: MANY,
    first: post('Content-Length: 9000', '', 'x'),
    more: '',
    everyMs: 100,
    status: 408,
    reason: 'idle',
  },
  {
    name: 'heads of too many lines',
    count: 50,
    first: post(`${'a:\r\n'.repeat(15_000)}`, ''),
    more: '',
    everyMs: 100,
    status: 431,
    reason: 'header-lines',
  },
  {
    name: 'heads without end',
    count: 50,
    first: post(),
    more: `X: ${'x'.repeat(30_000)}\r\n`,
    everyMs: 1,
    status: 431,
    reason: 'parser:HPE_HEADER_OVERFLOW',
  },
  {
    name: 'chunk extensions without end',
    count: 50,
    first: (path) => `${post('Transfer-Encoding: chunked', '')(path)}1;`,
    more: 'x'.repeat(8000),
    everyMs: 1,
    status: 413,
    reason: 'parser:HPE_CHUNK_EXTENSIONS_OVERFLOW',
  },
  {
    name: 'bodies without end',
    count: 8,
    first: post('Transfer-Encoding: chunked', ''),
    more: `10000\r\n${'x'.repeat(65_536)}\r\n`,
    everyMs: 5,
    status: 413,
    reason: 'body-too-large',
  },
  {
    name: 'bodies without end, byte by byte',
    count: 4,
    first: post('Transfer-Encoding: chunked', ''),
    more: '1\r\nx\r\n'.repeat(2000),
    everyMs: 5,
    status: 413,
    reason: 'body-too-large',
  },
]

/** How a connection that ended without an answer is told of. */
const CLOSED = 'Error: The connection ended before an answer'

test.each([
  ['that take their time', SLOW, FLOODS.filter(({ status }) => status === 408)],
  ['that are too large', FAST, FLOODS.filter(({ status }) => status !== 408)],
])('floods of requests %s are ended with a status each, and others are served meanwhile', async (kind, env, floods) => {
  const relay = await startAttackedRelay(env)
  const good = startGoodSender(relay.port, relay.path)
  const before = (await relay.memory.usage()).rssMiB
  await relay.memory.forgetPeak()
  const ended = await Promise.all(
    floods.map(async (flood) => {
      const connections = await openMany(relay.port, flood.count)
      const answers = await Promise.all(connections.map((connection) => press(connection, flood, relay)))
      return { flood, answers: countEach(answers) }
    }),
  )
  const { served, unserved, slowestMs } = await good.stop()
  for (const { flood, answers } of ended) report(`flood of ${flood.name}`, { sent: flood.count, ...answers })
  const grown = (await relay.memory.usage()).peakMiB - before
  report(`floods ${kind}, at once`, {
    'served meanwhile': served,
    'slowest ms': slowestMs,
    'memory grown MiB': grown,
  })
  for (const { flood, answers } of ended) {
    const wanted = `${flood.status} ${flood.reason}`
    // An answer is lost where the sender's next bytes meet a socket that is closed behind it: then it sees the close alone.
    const others = Object.keys(answers).filter((text) => text !== wanted && !text.startsWith(CLOSED))
    expect(others).toEqual([])
    expect(answers[wanted]).toBeGreaterThan(flood.count / 2)
  }
  const reasons: Record<string, number> = {}
  for (const { reason, count } of floods) reasons[reason] = (reasons[reason] ?? 0) + count
  await eventually(async () => expect(await relay.refused()).toEqual(reasons))
  await eventually(async () => expect(await relay.uncommittedBytes()).toBe(0))
  expect((await relay.items()).filter(({ kind, target }) => kind === 'request' && target.endsWith('/flood'))).toEqual(
    [],
  )
  expect(unserved).toEqual([])
  expect(relay.complaints()).toEqual([])
  expect(grown).toBeLessThan(MOST_GROWN_MIB)
})

function countEach(texts: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const text of texts) counts[text] = (counts[text] ?? 0) + 1
  return counts
}

/** Goes on as the flood does until the relay has answered; tells its answer. */
async function press(connection: RawConnection, flood: Flood, relay: AttackedRelay): Promise<string> {
  const { socket } = connection
  connection.write(flood.first(relay.path))
  const pressing = setInterval(() => {
    if (flood.more !== '' && socket.writable && socket.writableLength < 1_000_000) socket.write(flood.more, 'latin1')
  }, flood.everyMs)
  try {
    const first = await connection.answer()
    return `${first.status} ${codeOf(first) ?? ''}`
  } catch (error) {
    return String(error)
  } finally {
    clearInterval(pressing)
    connection.close()
  }
}
