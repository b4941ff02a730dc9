import { straightNetwork } from '../../core/network/network.ts'
import { createHash, randomBytes } from 'node:crypto'
import { readFile, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RequestSummary } from '../../protocol/request.ts'
import type { Target } from '../../protocol/target.ts'
import type { DesktopPort } from '../../main/ipc/desktop.ts'
import { createHandlers } from '../../main/ipc/handlers.ts'
import { eventually } from '../helpers/eventually.ts'
import { startLocalTarget, type LocalTarget } from '../helpers/local-target.ts'
import { makeDataDir, removeDataDir, runServices, type RunningServices } from '../helpers/services.ts'

const noDesktop: DesktopPort = {
  facts: () => ({ dataFolder: '', logFile: '', launchAtLogin: { isOn: false, reason: 'There is no desktop.' } }),
  setLaunchAtLogin: () => undefined,
  show: () => undefined,
  diagnostics: async () => '',
}

let dataDir: string
let services: RunningServices | null = null
const targets: LocalTarget[] = []

beforeEach(async () => {
  dataDir = await makeDataDir()
})
afterEach(async () => {
  await services?.stop()
  for (const target of targets.splice(0)) await target.close()
  await removeDataDir(dataDir)
  expect(services?.errors ?? []).toEqual([])
  services = null
})

async function start(): Promise<RunningServices> {
  services = await runServices(dataDir)
  return services
}

function running(): RunningServices {
  if (services === null) throw new Error('Nothing runs.')
  return services
}

async function openTarget(options: Parameters<typeof startLocalTarget>[0] = {}): Promise<LocalTarget> {
  const target = await startLocalTarget(options)
  targets.push(target)
  return target
}

function connectedInput(): Promise<string> {
  return eventually(() => {
    const [status] = running().engine.sourceStatuses()
    expect(status?.connection.state).toBe('connected')
    expect(status?.inputs).toHaveLength(1)
    return status?.inputs[0]?.url ?? ''
  })
}

async function useTarget(url: string, options: Partial<Target['options']> = {}): Promise<Target> {
  const made = await running().engine.targets.add({ url, options })
  const [source] = running().engine.sources.all()
  if (!source) throw new Error('There is no source.')
  await running().engine.sources.update(source.id, { targets: [made.id] })
  return made
}

async function post(url: string, body: string | Uint8Array<ArrayBuffer>): Promise<number> {
  const answer = await fetch(url, { method: 'POST', body })
  await answer.arrayBuffer()
  return answer.status
}

async function all(): Promise<readonly RequestSummary[]> {
  const rows: RequestSummary[] = []
  for (;;) {
    const page = await running().engine.history.requests.list(
      { view: 'all', sourceId: null, text: '' },
      { before: rows.at(-1)?.id ?? null, limit: 500 },
    )
    rows.push(...page)
    if (page.length < 500) return rows
  }
}

async function newest(): Promise<RequestSummary> {
  const [row] = await all()
  if (!row) throw new Error('There is no request.')
  return row
}

describe('a resend', () => {
  test('while forwarding is off is held, and goes out when it is switched on', async () => {
    await start()
    const target = await openTarget()
    const url = await connectedInput()
    await useTarget(target.url)
    await post(`${url}/x`, 'x')
    await eventually(() => expect(target.received).toHaveLength(1))
    await running().engine.setForwarding(false)
    const { id } = await newest()
    expect(await running().engine.resend(id, null)).toBe(1)
    await eventually(async () => {
      const [, again] = await running().engine.history.deliveries.of(id)
      expect(again).toMatchObject({ state: 'held', holdReason: 'forwarding', reason: 'resend' })
    })
    expect(target.received).toHaveLength(1)
    await running().engine.setForwarding(true)
    await eventually(() => expect(target.received).toHaveLength(2))
  })

  test('of a 25 MiB body sends the same bytes', async () => {
    await start()
    const target = await openTarget()
    const url = await connectedInput()
    await useTarget(target.url)
    const body = new Uint8Array(randomBytes(25 * 1_048_576))
    expect(await post(`${url}/large`, body)).toBe(200)
    await eventually(() => expect(target.received).toHaveLength(1))
    const { id } = await newest()
    await running().engine.resend(id, null)
    await eventually(() => expect(target.received).toHaveLength(2))
    const wanted = createHash('sha256').update(body).digest('hex')
    for (const one of target.received) expect(createHash('sha256').update(one.body).digest('hex')).toBe(wanted)
    await eventually(async () => {
      const deliveries = await running().engine.history.deliveries.of(id)
      expect(deliveries.map(({ state }) => state)).toEqual(['answered', 'answered'])
      expect(deliveries[1]?.attempts[0]?.sent).toMatchObject({ bodySha256: wanted, bodyBytes: body.length })
    })
  })

  test('to a target that was removed says so, and makes no delivery', async () => {
    await start()
    const url = await connectedInput()
    const target = await useTarget('http://localhost:1')
    await running().engine.targets.remove(target.id)
    await post(`${url}/x`, 'x')
    const { id } = await eventually(newest)
    await expect(running().engine.resend(id, target.id)).rejects.toMatchObject({ error: { code: 'not-found' } })
    expect(await running().engine.history.deliveries.of(id)).toEqual([])
  })

  test('carries no mark when the setting is off', async () => {
    await start()
    const target = await openTarget()
    const url = await connectedInput()
    await useTarget(target.url)
    await post(`${url}/x`, 'x')
    await eventually(() => expect(target.received).toHaveLength(1))
    await running().settings.save({ markResends: false })
    await running().engine.resend((await newest()).id, null)
    await eventually(() => expect(target.received).toHaveLength(2))
    expect(target.received[1]?.rawHeaders).not.toContain('Creel-Resend')
    expect(target.received[1]?.rawHeaders).toEqual(target.received[0]?.rawHeaders)
    await running().settings.save({ markResends: true })
    await running().engine.resend((await newest()).id, null)
    await eventually(() => expect(target.received[2]?.rawHeaders).toContain('Creel-Resend'))
  })
})

test('options of a target that change while deliveries wait for it change neither the deliveries nor their order', async () => {
  await start()
  const answers: (() => void)[] = []
  const target = await openTarget({ answer: (_request, response) => void answers.push(() => response.end('ok')) })
  const url = await connectedInput()
  const made = await useTarget(target.url, { inFlight: 1 })
  for (let n = 0; n < 6; n += 1) await post(`${url}/${n}`, 'x')
  await eventually(() => expect(running().engine.targets.statuses()[0]).toMatchObject({ queued: 5, sending: 1 }))
  await running().engine.targets.update(made.id, { options: { inFlight: 3, keepHost: true } })
  await eventually(() => expect(target.received).toHaveLength(3))
  await running().engine.targets.update(made.id, { options: { inFlight: 1 } })
  await eventually(() => {
    for (const answer of answers.splice(0)) answer()
    expect(target.received).toHaveLength(6)
  })
  expect(target.received.map((one) => one.url).toSorted()).toEqual(['/0', '/1', '/2', '/3', '/4', '/5'])
  expect(target.received[5]?.url).toBe('/5')
  await eventually(async () => {
    for (const answer of answers.splice(0)) answer()
    expect((await all()).map(({ result }) => result?.state)).toEqual(Array.from({ length: 6 }, () => 'answered'))
  })
})

describe('secrets', () => {
  test('that are gone at the next start are replaced by a new token for the relay of this computer', async () => {
    await start()
    const url = await connectedInput()
    const before = running().engine.sources.all()[0]?.tokenKey
    await running().stop()
    await rm(join(dataDir, 'secrets.json'))
    await start()
    expect(await connectedInput()).toBe(url)
    expect(running().engine.sources.all()).toHaveLength(1)
    expect(running().engine.sources.all()[0]?.tokenKey).not.toBe(before)
    await post(`${url}/again`, 'x')
    await eventually(async () => expect(await all()).toHaveLength(1))
  })

  test('stand neither in what the page is told, nor in the log, nor in the history', async () => {
    await start()
    await connectedInput()
    await running().engine.signatures.setSecret('github', 'a-signing-secret-of-github')
    const { entries } = JSON.parse(await readFile(join(dataDir, 'secrets.json'), 'utf8')) as {
      entries: Record<string, { clear: string }>
    }
    const secrets = Object.values(entries).map(({ clear }) => clear)
    expect(secrets).toHaveLength(2)
    const { engine, settings } = running()
    const handlers = createHandlers({
      engine,
      settings,
      version: '0',
      platform: 'linux',
      profile: null,
      hasKeyring: () => false,
      embeddedRelay: () => running().relayStatus(),
      moveEmbeddedRelay: async () => undefined,
      restartEmbeddedRelay: async () => undefined,
      network: straightNetwork,
      listListening: async () => [],
      copyText: async () => undefined,
      reportProblem: () => undefined,
      onSettings: () => undefined,
      desktop: noDesktop,
    })
    const told = JSON.stringify(await handlers['app:snapshot']({}))
    const log = JSON.stringify(running().errors)
    const files = (await readdir(dataDir)).filter((name) => name.startsWith('history.sqlite'))
    const stored = Buffer.concat(await Promise.all(files.map((name) => readFile(join(dataDir, name)))))
    for (const secret of secrets) {
      expect(told).not.toContain(secret)
      expect(log).not.toContain(secret)
      expect(stored.includes(secret)).toBe(false)
    }
  })
})

test('a history that a newer version wrote keeps the app from starting, with a sentence, and stays as it was', async () => {
  await start()
  await connectedInput()
  await running().stop()
  services = null
  const file = join(dataDir, 'history.sqlite')
  const db = new Database(file)
  db.pragma('user_version = 999')
  db.close()
  await expect(runServices(dataDir)).rejects.toMatchObject({
    code: 'database-newer',
    message: `${file} was written by a newer version of Creel and was left untouched.`,
  })
  const after = new Database(file, { readonly: true })
  expect(after.pragma('user_version', { simple: true })).toBe(999)
  after.close()
})
