import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { choosePort } from '../../main/choose-port.ts'
import { eventually } from '../helpers/eventually.ts'
import { startLocalTarget, type LocalTarget } from '../helpers/local-target.ts'
import { makeDataDir, removeDataDir, runServices, type RunningServices } from '../helpers/services.ts'

let dataDir: string
let services: RunningServices
let target: LocalTarget | null = null

beforeEach(async () => {
  dataDir = await makeDataDir()
  services = await runServices(dataDir)
})
afterEach(async () => {
  await services.stop()
  await target?.close()
  target = null
  await removeDataDir(dataDir)
  expect(services.errors).toEqual([])
})

/** The one source of a first run, once a round trip is proven. */
async function connectedInput(): Promise<string> {
  return eventually(() => {
    const [status] = services.engine.sourceStatuses()
    expect(status?.connection.state).toBe('connected')
    expect(status?.inputs).toHaveLength(1)
    return status?.inputs[0]?.url ?? ''
  })
}

function newest(limit = 50) {
  return services.engine.history.requests.list({ view: 'all', sourceId: null, text: '' }, { before: null, limit })
}

async function sendTo(url: string, body: string, headers: Record<string, string> = {}): Promise<number> {
  const answer = await fetch(url, { method: 'POST', body, headers })
  await answer.arrayBuffer()
  return answer.status
}

async function useTarget(url: string) {
  const made = await services.engine.targets.add({ url })
  const [source] = services.engine.sources.all()
  if (!source) throw new Error('There is no source.')
  await services.engine.sources.update(source.id, { targets: [made.id] })
  return made
}

describe('the app without a desktop', () => {
  test('makes its relay, bucket, input, token and source at the first run, and proves the connection', async () => {
    const url = await connectedInput()
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/in\/[0-9a-f-]{36}$/)
    expect(services.engine.sources.all()).toMatchObject([{ kind: 'embedded', name: 'This computer' }])
    expect(services.relayStatus()).toMatchObject({ state: 'running' })
  })

  test('stores a posted webhook and forwards it byte for byte to a local port', async () => {
    target = await startLocalTarget()
    const url = await connectedInput()
    await useTarget(target.url)
    const body = '{"id": 9007199254740993001, "amount":1.00}\n'
    expect(await sendTo(`${url}/stripe?b=2&a=1`, body, { 'content-type': 'application/json', 'X-Odd-CASE': 'v' })).toBe(
      200,
    )
    await eventually(() => expect(target?.received).toHaveLength(1))
    expect(target.received[0]).toMatchObject({ method: 'POST', url: '/stripe?b=2&a=1' })
    expect(target.received[0]?.body.toString()).toBe(body)
    await eventually(async () => expect((await newest())[0]?.result).toMatchObject({ state: 'answered', status: 200 }))
  })

  test('keeps its URL, its requests and its connection after a restart', async () => {
    const before = await connectedInput()
    await sendTo(`${before}/one`, 'first')
    await eventually(async () => expect(await newest()).toHaveLength(1))
    await services.stop()
    services = await runServices(dataDir)
    expect(await connectedInput()).toBe(before)
    expect(await newest()).toHaveLength(1)
    expect(services.engine.sources.all()).toHaveLength(1)
  })

  test('holds everything while forwarding is off, over a restart too, and releases it in order', async () => {
    target = await startLocalTarget()
    const url = await connectedInput()
    const made = await useTarget(target.url)
    await services.engine.targets.update(made.id, { options: { inFlight: 1 } })
    await services.engine.setForwarding(false)
    for (const body of ['one', 'two', 'three']) await sendTo(url, body)
    await eventually(async () => {
      const rows = await newest()
      expect(rows.map(({ result }) => result?.state)).toEqual(['held', 'held', 'held'])
    })
    await services.stop()
    services = await runServices(dataDir)
    expect(services.engine.forwarding().on).toBe(false)
    expect(target.received).toHaveLength(0)
    await services.engine.setForwarding(true)
    await eventually(() => expect(target?.received.map(({ body }) => body.toString())).toEqual(['one', 'two', 'three']))
  })

  test('keeps holding a held source over a restart, while others go on', async () => {
    target = await startLocalTarget()
    const url = await connectedInput()
    await useTarget(target.url)
    const [source] = services.engine.sources.all()
    if (!source) throw new Error('There is no source.')
    await services.engine.sources.update(source.id, { held: true })
    await sendTo(`${url}/held`, 'x')
    await eventually(async () =>
      expect((await newest())[0]?.result).toMatchObject({ state: 'held', holdReason: 'source' }),
    )
    await services.stop()
    services = await runServices(dataDir)
    await sendTo(`${await connectedInput()}/held-too`, 'x')
    await eventually(async () => expect(await newest()).toHaveLength(2))
    expect(target.received).toHaveLength(0)
    await services.engine.sources.update(source.id, { held: false })
    await eventually(() => expect(target?.received.map((one) => one.url)).toEqual(['/held', '/held-too']))
  })

  test('asks what becomes of more than 20 held deliveries before it lets them go', async () => {
    target = await startLocalTarget()
    const url = await connectedInput()
    await useTarget(target.url)
    await services.engine.setForwarding(false)
    for (let at = 0; at < 25; at += 1) await sendTo(url, `n${at}`)
    // All of them: with fewer held, nothing would be asked.
    await eventually(() => expect(services.engine.forwarding().held).toBe(25))
    expect(await services.engine.setForwarding(true)).toEqual({ kind: 'ask', held: 25 })
    expect(services.engine.forwarding().on).toBe(false)
    await services.engine.setForwarding(true, { kind: 'last', count: 3 })
    await eventually(() => expect(target?.received.map(({ body }) => body.toString())).toEqual(['n22', 'n23', 'n24']))
    const skipped = (await newest()).filter(({ result }) => result?.state === 'skipped')
    expect(skipped).toHaveLength(22)
  })

  test('a port chosen in the tray replaces the only target, joins several, and is taken out when chosen again', async () => {
    await connectedInput()
    const [source] = services.engine.sources.all()
    if (!source) throw new Error('There is no source.')
    const urls = () => {
      const chosen = services.engine.sources.get(source.id)?.targets ?? []
      return chosen.map((id) => services.engine.targets.all().find((one) => one.id === id)?.url)
    }
    await choosePort(services.engine, source.id, 3000)
    await choosePort(services.engine, source.id, 3001)
    expect(urls()).toEqual(['http://localhost:3001'])
    const other = await services.engine.targets.add({ url: 'http://localhost:4000/hooks' })
    const [first] = services.engine.sources.get(source.id)?.targets ?? []
    if (first === undefined) throw new Error('There is no target.')
    await services.engine.sources.update(source.id, { targets: [first, other.id] })
    await choosePort(services.engine, source.id, 3000)
    expect(urls()).toEqual(['http://localhost:3001', 'http://localhost:4000/hooks', 'http://localhost:3000'])
    await choosePort(services.engine, source.id, 4000)
    expect(urls()).toEqual(['http://localhost:3001', 'http://localhost:3000'])
  })

  test('resends a stored request unchanged, marked with the request it came from', async () => {
    target = await startLocalTarget()
    const url = await connectedInput()
    await useTarget(target.url)
    await sendTo(`${url}/again`, '{"n":1.0}')
    await eventually(() => expect(target?.received).toHaveLength(1))
    const [row] = await newest()
    if (!row) throw new Error('There is no request.')
    expect(await services.engine.resend(row.id, null)).toBe(1)
    await eventually(() => expect(target?.received).toHaveLength(2))
    const [first, second] = target.received
    expect(second?.body).toEqual(first?.body)
    expect(second?.url).toBe('/again')
    const at = second?.rawHeaders.indexOf('Creel-Resend') ?? -1
    expect(second?.rawHeaders[at + 1]).toBe(row.uid)
    await eventually(async () => expect(await services.engine.history.deliveries.of(row.id)).toHaveLength(2))
  })

  test('judges signatures against the secret that is set, and anew when it changes', async () => {
    const url = await connectedInput()
    const { signRequest } = await import('../../signatures/sign.ts')
    const body = '{"action":"opened"}'
    const lines = signRequest({ scheme: 'github', headers: [], body: Buffer.from(body), secret: 'right', now: 0 })
    await sendTo(url, body, { ...Object.fromEntries(lines), 'X-GitHub-Event': 'issues' })
    const [row] = await eventually(async () => {
      const rows = await newest()
      expect(rows).toHaveLength(1)
      return rows
    })
    if (!row) throw new Error('There is no request.')
    expect(row).toMatchObject({ provider: 'github', event: 'issues opened' })
    expect(await services.engine.signatures.of(row.id)).toMatchObject({ state: 'no-secret', scheme: 'github' })
    await services.engine.signatures.setSecret('github', 'wrong')
    expect(await services.engine.signatures.of(row.id)).toMatchObject({ state: 'failed', code: 'mismatch' })
    await services.engine.signatures.setSecret('github', 'right')
    expect(await services.engine.signatures.of(row.id)).toMatchObject({ state: 'verified', algorithm: 'HMAC-SHA-256' })
  })

  test('shows a request to an input that does not exist as rejected instead of as silence', async () => {
    const url = await connectedInput()
    const wrong = url.replace(/[0-9a-f-]{36}$/, '00000000-0000-4000-8000-000000000000')
    expect(await sendTo(`${wrong}/typo`, 'x')).toBe(200)
    await eventually(async () => expect((await newest())[0]).toMatchObject({ kind: 'rejected' }))
  })
})
