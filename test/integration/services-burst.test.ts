import { connect } from 'node:net'
import { Agent, request } from 'undici'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RequestSummary } from '../../protocol/request.ts'
import { eventually } from '../helpers/eventually.ts'
import { startLocalTarget, type LocalTarget } from '../helpers/local-target.ts'
import { makeDataDir, removeDataDir, runServices, type RunningServices } from '../helpers/services.ts'

let dataDir: string
let services: RunningServices | null = null
let target: LocalTarget
let agent: Agent

beforeEach(async () => {
  dataDir = await makeDataDir()
  // As many connections as a busy sender has.
  agent = new Agent({ connections: 32 })
  target = await startLocalTarget()
})
afterEach(async () => {
  await services?.stop()
  await agent.destroy()
  await target.close()
  await removeDataDir(dataDir)
  expect(services?.errors ?? []).toEqual([])
  services = null
})

function running(): RunningServices {
  if (services === null) throw new Error('Nothing runs.')
  return services
}

function connectedInput(): Promise<string> {
  return eventually(() => {
    const [status] = running().engine.sourceStatuses()
    expect(status?.connection).toMatchObject({ state: 'connected' })
    return status?.inputs[0]?.url ?? ''
  })
}

async function useTarget(url: string): Promise<void> {
  const made = await running().engine.targets.add({ url })
  const [source] = running().engine.sources.all()
  if (source) await running().engine.sources.update(source.id, { targets: [made.id] })
}

/** Gives whether it was accepted. */
async function post(url: string, n: number): Promise<boolean> {
  try {
    const answer = await request(`${url}/${n}`, { method: 'POST', body: `{"n":${n}}`, dispatcher: agent })
    await answer.body.dump()
    return answer.statusCode === 200
  } catch {
    // Whoever gets no answer knows that it has to come again.
    return false
  }
}

async function all(): Promise<RequestSummary[]> {
  const rows: RequestSummary[] = []
  for (;;) {
    const page = await running().engine.history.requests.list(
      { view: 'all', sourceId: null, text: '' },
      { before: rows.at(-1)?.id ?? null, limit: 500 },
    )
    rows.push(...page)
    if (page.length < 500) return rows.toReversed()
  }
}

function countStates(rows: readonly RequestSummary[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { result } of rows) counts[result?.state ?? 'none'] = (counts[result?.state ?? 'none'] ?? 0) + 1
  return counts
}

describe('a burst of 2,000 requests', () => {
  test('is delivered once each, started in order of arrival, and ends as answered in the list', async () => {
    services = await runServices(dataDir)
    const url = await connectedInput()
    await useTarget(target.url)
    const before = process.memoryUsage().rss
    const posted = await Promise.all(Array.from({ length: 2_000 }, (_, n) => post(url, n)))
    expect(posted.every(Boolean)).toBe(true)
    await eventually(() => expect(target.received).toHaveLength(2_000))
    const rows = await eventually(async () => {
      const found = await all()
      expect(countStates(found)).toEqual({ answered: 2_000 })
      return found
    })
    expect(new Set(target.received.map((one) => one.url)).size).toBe(2_000)
    const starts = await Promise.all(rows.map(({ id }) => running().engine.history.deliveries.of(id)))
    const startedAt = starts.map(([delivery]) => delivery?.attempts[0]?.startedAt ?? 0)
    expect(startedAt).toEqual(startedAt.toSorted((a, b) => a - b))
    expect(starts.every((deliveries) => deliveries.length === 1 && deliveries[0]?.attempts.length === 1)).toBe(true)
    await eventually(() =>
      expect(running().engine.targets.statuses()[0]).toMatchObject({ queued: 0, held: 0, sending: 0 }),
    )
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1_048_576)
  })
})

describe('request targets that name another host', () => {
  test('never lead anywhere but to the target', async () => {
    services = await runServices(dataDir)
    const url = new URL(await connectedInput())
    await useTarget(target.url)
    const other = await startLocalTarget()
    const evil = `127.0.0.1:${other.port}`
    const lines = [
      `POST http://${evil}${url.pathname}/a HTTP/1.1`,
      `POST ${url.pathname}//${evil}/b HTTP/1.1`,
      `POST ${url.pathname}@${evil}/c HTTP/1.1`,
      `POST ${url.pathname}/http://${evil}/d HTTP/1.1`,
      `POST ${url.pathname}\\${evil}/e HTTP/1.1`,
      `POST ${url.pathname}?http://${evil}/f HTTP/1.1`,
      `POST ${url.pathname}:${other.port}/g HTTP/1.1`,
      `POST //${evil}${url.pathname}/h HTTP/1.1`,
    ]
    for (const line of lines) {
      const hosts = `Host: ${evil}\r\nX-Forwarded-Host: ${evil}\r\nForwarded: host=${evil}`
      await exchange(Number(url.port), `${line}\r\n${hosts}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi`)
    }
    await eventually(async () => {
      const rows = await all()
      expect(rows.length).toBeGreaterThanOrEqual(6)
      expect(rows.filter(({ kind, result }) => kind === 'captured' && result?.state !== 'answered')).toEqual([])
    })
    const captured = (await all()).filter(({ kind }) => kind === 'captured')
    expect(target.received).toHaveLength(captured.length)
    for (const { rawHeaders } of target.received) {
      expect(rawHeaders[rawHeaders.indexOf('host') + 1]).toBe(`localhost:${target.port}`)
    }
    for (const { id } of captured) {
      const [delivery] = await running().engine.history.deliveries.of(id)
      expect(delivery?.attempts.map(({ sent }) => sent.origin)).toEqual([`http://localhost:${target.port}`])
    }
    expect(other.received).toEqual([])
    await other.close()
  })
})

function exchange(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    let answer = ''
    socket.on('data', (piece) => (answer += piece.toString('latin1')))
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
  })
}
