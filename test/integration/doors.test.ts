import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { createDoorHandlers } from '../../main/ipc/doors.ts'
import { eventually } from '../helpers/eventually.ts'
import { startLocalTarget, type LocalTarget } from '../helpers/local-target.ts'
import { makeDataDir, removeDataDir, runServices, type RunningServices } from '../helpers/services.ts'
import { startSmeeServer } from '../helpers/smee-server.ts'
import { startTcpProxy } from '../helpers/tcp-proxy.ts'

let dataDir: string
let services: RunningServices
let target: LocalTarget

beforeEach(async () => {
  dataDir = await makeDataDir()
  services = await runServices(dataDir)
  target = await startLocalTarget()
})
afterEach(async () => {
  await services.stop()
  await target.close()
  await removeDataDir(dataDir)
  expect(services.errors).toEqual([])
})

function doors() {
  const { engine, settings, network } = services
  return createDoorHandlers({
    engine,
    settings,
    network,
    restartEmbeddedRelay: () => services.restartRelay(),
    onSettings: () => undefined,
  })
}

function inputUrl(): Promise<string> {
  return eventually(() => {
    const [status] = services.engine.sourceStatuses()
    expect(status?.connection.state).toBe('connected')
    return status?.inputs[0]?.url ?? ''
  })
}

function newest() {
  return services.engine.history.requests.list({ view: 'all', sourceId: null, text: '' }, { before: null, limit: 50 })
}

/** A TCP proxy stands for a tunnel: it makes the relay of this computer reachable at an address of its own. */
async function startTunnel() {
  const { port } = new URL(await inputUrl())
  const tunnel = await startTcpProxy(Number(port))
  onTestFinished(() => tunnel.close())
  return tunnel
}

describe('a tunnel', () => {
  test('is proven by a request that goes out and comes in again, and goes to no target', async () => {
    const tunnel = await startTunnel()
    const made = await services.engine.targets.add({ url: target.url })
    for (const { id } of services.engine.sources.all()) await services.engine.sources.update(id, { targets: [made.id] })
    const proof = await doors()['relay:prove-public-url']({ url: tunnel.url })
    expect(proof).toMatchObject({ status: 200 })
    await eventually(async () => expect(await newest()).toHaveLength(1))
    const [canary] = await newest()
    expect(canary).toMatchObject({ method: 'POST', result: null })
    expect(target.received).toEqual([])
  })

  test('is what senders are told once it is set, over a restart too, until it is taken back', async () => {
    const before = await inputUrl()
    const tunnel = await startTunnel()
    await doors()['relay:set-public-url']({ url: tunnel.url })
    await eventually(async () => expect(await inputUrl()).toBe(before.replace(new URL(before).origin, tunnel.url)))
    expect((await fetch(`${await inputUrl()}/through`, { method: 'POST', body: 'x' })).status).toBe(200)
    await eventually(async () =>
      expect((await newest()).map(({ requestTarget }) => requestTarget)).toContainEqual(
        expect.stringMatching(/\/through$/),
      ),
    )
    await services.stop()
    services = await runServices(dataDir)
    expect(await inputUrl()).toContain(tunnel.url)
    await doors()['relay:set-public-url']({ url: null })
    await eventually(async () => expect(await inputUrl()).toBe(before))
  })
})

describe('a public channel', () => {
  test('brings requests to the targets of its source, and can be tried, held and removed like any other', async () => {
    const server = await startSmeeServer()
    onTestFinished(() => server.close())
    const { url } = await doors()['channels:create']({ server: server.url })
    expect(await doors()['channels:test']({ url })).toMatchObject({ roundTripMs: expect.any(Number) })
    const made = await services.engine.targets.add({ url: `${target.url}/hooks` })
    const source = await doors()['channels:add']({ name: 'smee', url, targets: [made.id] })
    expect(source).toMatchObject({ kind: 'smee', relayUrl: url, tokenKey: '' })
    await eventually(() =>
      expect(services.engine.sourceStatuses().find(({ id }) => id === source.id)?.connection.state).toBe('connected'),
    )
    expect(await services.engine.sendSample(source.id, 'github')).toBe(200)
    await eventually(() => expect(target.received).toHaveLength(1))
    expect(target.received[0]).toMatchObject({ method: 'POST', url: '/hooks' })
    expect(JSON.parse(target.received[0]?.body.toString() ?? '')).toMatchObject({ action: 'opened' })
    await eventually(async () => expect((await newest())[0]?.result).toMatchObject({ state: 'answered', status: 200 }))
    await services.engine.sources.remove(source.id)
    await eventually(() => expect(server.listeners()).toBe(0))
  })
})
