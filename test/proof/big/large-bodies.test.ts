import { randomBytes } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { connectLeanAgent } from '../../helpers/many-agents.ts'
import { extent } from '../../helpers/extent.ts'
import { countLedger, report } from '../../helpers/ledger.ts'
import { openRaw } from '../../helpers/raw-http.ts'
import { eventuallyLong } from './eventually-long.ts'
import { startBigRelay } from './big-relay.ts'
import { largeBody, postLarge } from './posts.ts'

const MIB = 1024 * 1024
const BODY_BYTES = 25 * MIB
/** Far above the mark of 250 MiB, for machines that give memory back late, and below what whole bodies would take: 300 beside the relay itself already in the short form. */
const MOST_MIB = 400
const SMALL_EVERY_MS = 10

test('many bodies of 25 MB at once are all taken and handed out whole, while small posts are answered and memory stays small', async () => {
  const count = extent(12, 32)
  const relay = await startBigRelay()
  const bucket = await relay.newBucket()
  const path = await relay.newInput(bucket)
  const other = await relay.newInput(await relay.newBucket())
  const idle = await relay.memory.usage()

  const rest = randomBytes(BODY_BYTES - 16)
  const bodies = Array.from({ length: count }, (_, n) =>
    largeBody(n, rest.subarray(0, BODY_BYTES - `body ${n}\n`.length)),
  )
  const small = postSmallOnes(relay.port, other)
  const startedAt = performance.now()
  const answers = await Promise.all(bodies.map((body) => postLarge(relay.port, path, body)))
  const seconds = (performance.now() - startedAt) / 1000
  const latencies = await small.stop()
  const taken = await relay.memory.usage()

  expect(answers.map(({ status }) => status)).toEqual(bodies.map(() => 200))
  expect((await relay.status()).uncommittedBytes).toBe(0)

  await relay.memory.forgetPeak()
  const agent = await connectLeanAgent({ url: relay.url, token: await relay.newToken([bucket]), subscription: 'a' })
  onTestFinished(() => agent.close())
  await eventuallyLong(() => expect(agent.taken).toHaveLength(count))
  const drained = await relay.memory.usage()
  const counted = countLedger({
    sent: count,
    accepted: bodies.map(({ sha256 }) => sha256),
    arrived: agent.taken.map(({ sha256 }) => sha256),
    altered: agent.taken.filter(({ isExact }) => !isExact).length,
  })
  report(`${count} bodies of 25 MB at once`, counted)
  report('  memory of the relay in MiB (marks: idle 80, peak 250)', {
    idle: idle.rssMiB,
    'peak taking them': taken.peakMiB,
    'peak handing them out': drained.peakMiB,
    'MB/s in': Math.round((count * 25) / seconds),
  })
  report('  small posts beside them, ms (mark: p99 60)', {
    count: latencies.length,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    most: percentile(latencies, 1),
  })
  expect(counted).toMatchObject({ accepted: count, arrived: count, twice: 0, lost: 0, altered: 0 })
  expect(agent.taken.map(({ seq }) => seq)).toEqual(agent.taken.map((_, i) => i + 1))
  expect(Math.max(taken.peakMiB, drained.peakMiB)).toBeLessThan(MOST_MIB)
})

/** One after the other on a connection of its own; a request is due when its time has come, whether the last one was slow or not. */
function postSmallOnes(port: number, path: string): { stop(): Promise<number[]> } {
  const latencies: number[] = []
  let isOver = false
  const work = async (): Promise<void> => {
    const connection = await openRaw(port)
    for (let due = performance.now(); !isOver; due += SMALL_EVERY_MS) {
      const early = due - performance.now()
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early))
      const sentAt = performance.now()
      connection.write(`POST ${path} HTTP/1.1\r\nHost: relay\r\nContent-Length: 2\r\n\r\n{}`)
      expect((await connection.answer()).status).toBe(200)
      latencies.push(performance.now() - sentAt)
    }
    connection.close()
  }
  const working = work()
  return {
    async stop() {
      isOver = true
      await working
      return latencies
    },
  }
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10
}
