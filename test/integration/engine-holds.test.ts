import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { startEngine } from '../../core/engine/engine.ts'
import { openHistory } from '../../core/history/open-history.ts'
import { eventually } from '../helpers/eventually.ts'
import { startLocalTarget } from '../helpers/local-target.ts'
import { post } from '../helpers/post.ts'
import { makeDataDir, removeDataDir, runServices } from '../helpers/services.ts'

test('what a held source left waiting does not slip out while its connection is still being prepared', async () => {
  const dataDir = await makeDataDir()
  const target = await startLocalTarget()
  const services = await runServices(dataDir)
  const url = await eventually(() => {
    const input = services.engine.sourceStatuses()[0]?.inputs[0]
    if (!input) throw new Error('The relay has not told its input yet.')
    return input.url
  })
  const [source] = services.engine.sources.all()
  if (!source) throw new Error('There is no source.')
  const made = await services.engine.targets.add({ url: target.url })
  await services.engine.sources.update(source.id, { targets: [made.id], held: true })
  await post(`${url}/held`, 'x')
  await eventually(() => expect(services.engine.live.counts().held).toBe(1))
  await services.stop()

  const history = await openHistory({
    file: join(dataDir, 'history.sqlite'),
    nativeBinding: null,
    startWorker: (role, workerData) =>
      new Worker(new URL(`../../core/history/${role}.ts`, import.meta.url), { workerData }),
    now: Date.now,
  })
  let isAsked = false
  const engine = await startEngine({
    history,
    secrets: {
      // A keyring that takes its time: meanwhile both threads and the target answer often enough for a leak to get out.
      async get() {
        for (let round = 0; round < 20; round += 1) {
          await history.deliveries.change([])
          await history.requests.counts()
          await (await fetch(`${target.url}/probe`)).arrayBuffer()
        }
        isAsked = true
        return null
      },
      set: async () => undefined,
      delete: async () => undefined,
    },
    agent: { name: 'test', version: '0' },
    subscription: 'test',
    now: Date.now,
    monotonic: () => performance.now(),
    random: Math.random,
    listListening: async () => [],
    markResends: () => true,
    startsFile: join(dataDir, 'starts'),
    onProblem: (problem) => {
      throw problem
    },
  })
  await eventually(() => expect(isAsked).toBe(true))
  expect(new Set(target.received.map((one) => one.url))).toEqual(new Set(['/probe']))
  await engine.stop()
  await target.close()
  await removeDataDir(dataDir)
})
