import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  codeOf,
  readRefusalTable,
  sendUntilClosed,
  startAttackedRelay,
  startGoodSender,
  type KeptItem,
} from '../../helpers/hostile-http.ts'
import { report } from '../../helpers/ledger.ts'
import { SHAPES } from './shapes.ts'

const DOCS = join(import.meta.dirname, '../../../docs/relay.md')

test('what two servers might cut differently is refused with a status, or taken as what it is, and nothing is merged', async () => {
  const relay = await startAttackedRelay()
  const statusesOf = readRefusalTable(await readFile(DOCS, 'utf8'))
  const good = startGoodSender(relay.port, relay.path)
  const sent = await Promise.all(
    SHAPES.map(async (shape, n) => {
      const behind = `GET ${relay.path}/behind-${n} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`
      const answers = await sendUntilClosed(relay.port, shape.write(`${relay.path}/shape-${n}`, behind))
      return { shape, n, answers }
    }),
  )
  const { served, unserved, slowestMs } = await good.stop()
  const items = await relay.items()

  const counted = new Map<string, number>()
  const count = (reason: string) => void counted.set(reason, (counted.get(reason) ?? 0) + 1)
  for (const { shape, n, answers } of sent) {
    const [first, ...more] = answers
    const stored = bodiesOf(items, `${relay.path}/shape-${n}`)
    const storedBehind = bodiesOf(items, `${relay.path}/behind-${n}`)
    const saw = {
      shape: shape.name,
      status: first?.status,
      stored,
      storedBehind,
      more: more.map(({ status }) => status),
    }
    if (shape.taken === undefined) {
      const reason = (first && codeOf(first)) ?? 'no answer'
      count(reason)
      // Refused by the table; and only where its end was certain, what came behind was taken, as itself.
      expect(statusesOf(reason), `${shape.name}: ${reason}`).toContain(first?.status)
      const behind = shape.behindIsTaken === true ? [0] : []
      expect(saw).toEqual({ ...saw, stored: [], storedBehind: behind, more: behind.map(() => 200) })
    } else {
      if (shape.behindRefusedAs !== undefined) count(shape.behindRefusedAs)
      const behind = shape.behindRefusedAs === undefined ? [0] : []
      expect(saw).toEqual({
        ...saw,
        status: 200,
        stored: [shape.taken],
        storedBehind: behind,
        more: behind.map(() => 200),
      })
    }
  }
  // What was refused behind an answer that ended its connection has no answer of its own, and is counted all the same.
  const {
    'behind-refused': behindRefused = 0,
    'parser:HPE_CLOSED_CONNECTION': closed = 0,
    ...refused
  } = await relay.refused()
  counted.delete('parser:HPE_CLOSED_CONNECTION')
  expect(refused).toEqual(Object.fromEntries(counted))
  expect(behindRefused).toBeGreaterThan(0)
  const isNamed = new Set(sent.map(({ n }) => `${relay.path}/shape-${n}`))
  const rejected = items.filter(({ kind }) => kind === 'rejected')
  expect(rejected.every(({ target }) => isNamed.has(target.split(/[\r\n\0 ]/, 1)[0] ?? ''))).toBe(true)
  expect(await relay.items(relay.otherPath)).toEqual([])
  expect(unserved).toEqual([])
  expect(relay.complaints()).toEqual([])
  report('smuggling shapes', {
    sent: SHAPES.length,
    refused: [...counted.values()].reduce((sum, count) => sum + count, 0),
    reasons: counted.size,
    'taken as themselves': SHAPES.filter(({ taken }) => taken !== undefined).length,
    'not taken behind a refused one': behindRefused + closed,
    'served meanwhile': served,
    'slowest ms': slowestMs,
    'memory peak MiB': (await relay.memory.usage()).peakMiB,
  })
})

/** Sizes of the bodies that were stored as requests to a target. */
function bodiesOf(items: readonly KeptItem[], target: string): readonly number[] {
  return items.filter((item) => item.kind === 'request' && item.target === target).map(({ bodyBytes }) => bodyBytes)
}
