import { expect, test } from 'vitest'
import { startProcess } from '../../../bench/process.ts'
import type { ServerCalls } from '../../../bench/processes/bare-server.ts'
import { MIB } from '../../../protocol/limits.ts'

test('the peak of memory that a process of the bench tells is its own, however much memory the bench has', async () => {
  const ballast = Buffer.alloc(256 * MIB, 1)
  const server = startProcess<ServerCalls>(new URL('../../../bench/processes/bare-server.ts', import.meta.url))
  await server.ready
  const { peakRssBytes, rssBytes } = await server.usage()
  await server.stop()
  expect(peakRssBytes).toBeGreaterThanOrEqual(rssBytes * 0.9)
  expect(peakRssBytes).toBeLessThan(ballast.byteLength * 0.75)
})
