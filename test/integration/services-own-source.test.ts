import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { eventually } from '../helpers/eventually.ts'
import { post } from '../helpers/post.ts'
import { makeDataDir, removeDataDir, runServices, type RunningServices } from '../helpers/services.ts'

let dataDir: string
let running: RunningServices | null = null
beforeEach(async () => {
  dataDir = await makeDataDir()
})
afterEach(async () => {
  await stop()
  await removeDataDir(dataDir)
})

/** Starts everything and waits for the URL of its own relay's input. */
async function start(): Promise<{ readonly services: RunningServices; readonly url: string }> {
  const services = await runServices(dataDir)
  running = services
  const url = await eventually(() => {
    const [status] = services.engine.sourceStatuses()
    expect(status?.connection.state).toBe('connected')
    expect(status?.inputs[0]?.url).toBeTruthy()
    return status?.inputs[0]?.url ?? ''
  })
  return { services, url }
}

async function stop(): Promise<void> {
  await running?.stop()
  running = null
}

test('a relay of this computer that was put away is furnished anew once it refuses the token it does not know', async () => {
  const first = await start()
  const [source] = first.services.engine.sources.all()
  await stop()
  await rm(join(dataDir, 'relay'), { recursive: true })
  const second = await start()
  expect(second.url).not.toBe(first.url)
  const [mended] = second.services.engine.sources.all()
  expect(mended).toMatchObject({ id: source?.id, kind: 'embedded' })
  expect(mended?.tokenKey).not.toBe(source?.tokenKey)
  expect(await post(`${second.url}/again`, 'x')).toMatchObject({ status: 200 })
  await eventually(async () => {
    const rows = await second.services.engine.history.requests.list(
      { view: 'all', sourceId: null, text: '' },
      { before: null, limit: 10 },
    )
    expect(rows.map(({ requestTarget }) => requestTarget)).toEqual([expect.stringMatching(/\/again$/)])
  })
})

test('a second start connects with what the first made', async () => {
  const first = await start()
  const [source] = first.services.engine.sources.all()
  await stop()
  const second = await start()
  expect(second.url).toBe(first.url)
  expect(second.services.engine.sources.all()[0]?.tokenKey).toBe(source?.tokenKey)
})
