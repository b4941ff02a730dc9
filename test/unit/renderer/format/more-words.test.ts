import { describe, expect, it } from 'vitest'
import type { DeliveryDigest } from '../../../../protocol/delivery.ts'
import type { SourceId } from '../../../../protocol/ids.ts'
import type { Source, SourceConnection, SourceStatus } from '../../../../protocol/source.ts'
import { countActivity } from '../../../../renderer/format/activity.ts'
import { curlLine } from '../../../../renderer/format/curl-line.ts'
import { connectionProof, describeConnections } from '../../../../renderer/format/status-words.ts'
import { readTarget } from '../../../../renderer/format/target-url.ts'
import { describeTokenProblem, readRelayUrl, readToken } from '../../../../renderer/format/token.ts'

const NOW = 1_787_000_000_000
const MINUTE = 60_000

function source(id: number, patch: Partial<Source> = {}): Source {
  return {
    id: id as SourceId,
    kind: 'creel',
    name: `Source ${id}`,
    relayUrl: 'https://hooks.example',
    tokenKey: 'crk_abcdef',
    buckets: [],
    targets: [],
    held: false,
    disconnected: false,
    createdAt: 0,
    ...patch,
  }
}

function statuses(connections: readonly SourceConnection[]): ReadonlyMap<SourceId, SourceStatus> {
  return new Map(
    connections.map((connection, index) => [
      (index + 1) as SourceId,
      { id: (index + 1) as SourceId, connection, inputs: [], relay: null, unread: 0, held: 0 },
    ]),
  )
}

const connected = (verifiedAt: number, roundTripMs: number): SourceConnection => ({
  state: 'connected',
  since: 0,
  verifiedAt,
  roundTripMs,
  skewMs: 0,
  pending: 0,
})
const waiting: SourceConnection = {
  state: 'waiting',
  reason: 'name not found',
  attempt: 2,
  nextAttemptAt: NOW + 12_000,
  lastVerifiedAt: NOW - 3 * MINUTE,
}
const refused: SourceConnection = { state: 'refused', code: 'revoked', reason: 'Revoked.', fix: 'Make one.', at: NOW }
const running = { state: 'running', url: 'http://127.0.0.1:4480', port: 4480 } as const

describe('the line of proof', () => {
  it('shows the oldest proof while all live', () => {
    const told = statuses([connected(NOW - 1000, 2), connected(NOW - 4000, 38)])
    expect(connectionProof([source(1), source(2)], told, running, NOW)).toEqual({
      mark: 'live',
      text: 'Connected, verified 4 s ago in 38 ms',
    })
  })

  it('never says connected while one of them reconnects', () => {
    const told = statuses([connected(NOW, 2), waiting])
    expect(connectionProof([source(1), source(2)], told, running, NOW).text).toBe(
      'Reconnecting, last verified 3 min ago',
    )
  })

  it('puts a refused token before all else but a taken port', () => {
    const told = statuses([waiting, refused])
    const sources = [source(1), source(2)]
    expect(connectionProof(sources, told, running, NOW).text).toBe('Source 2: token refused')
    const taken = { state: 'port-taken', port: 4480, by: null, message: 'taken' } as const
    expect(connectionProof(sources, told, taken, NOW).text).toBe('Port 4480 is taken')
  })

  it('counts sources by what they are', () => {
    const told = statuses([connected(NOW, 2), waiting, refused])
    const sources = [source(1), source(2), source(3), source(4, { disconnected: true })]
    expect(describeConnections(sources, told)).toBe('1 of 4 sources live, 1 reconnecting, 1 refused, 1 disconnected')
  })
})

describe('countActivity', () => {
  const answered: DeliveryDigest = {
    state: 'answered',
    holdReason: null,
    status: 200,
    failureCode: null,
    latencyMs: 1,
    nextAttemptAt: null,
    count: 1,
    targetLabel: 'localhost:3000',
  }
  const row = (minutesAgo: number, result: DeliveryDigest | null = answered) => ({
    receivedAt: NOW - minutesAgo * MINUTE,
    kind: 'captured' as const,
    result,
  })

  it('counts answered and not answered by the minute, newest last', () => {
    const activity = countActivity([row(0), row(0, null), row(59)], NOW, true)
    expect(activity.bars.at(-1)).toEqual({ answered: 1, waiting: 1, failed: 0 })
    expect(activity.bars[0]).toEqual({ answered: 1, waiting: 0, failed: 0 })
    expect(activity).toMatchObject({ answered: 2, notAnswered: 1, peak: 2, knownMinutes: 60 })
  })

  it('leaves out what is older than an hour', () => {
    expect(countActivity([row(61)], NOW, true)).toMatchObject({ answered: 0, peak: 0 })
  })

  it('says how far it reaches when older rows are not loaded', () => {
    expect(countActivity([row(0), row(11)], NOW, false).knownMinutes).toBe(12)
  })

  it('knows that the busiest minute may have had more when the loaded rows end in it', () => {
    expect(countActivity([row(0), row(1), row(1)], NOW, false)).toMatchObject({ peak: 2, isPeakCut: true })
    expect(countActivity([row(0), row(0), row(1)], NOW, false).isPeakCut).toBe(false)
    expect(countActivity([row(0), row(1), row(1)], NOW, true).isPeakCut).toBe(false)
  })
})

describe('what is typed', () => {
  const secret = `crs_${'a'.repeat(43)}`

  it('is a token with whatever blanks came along', () => {
    expect(readToken(` crk_93bd12 : ${secret}\n`)).toEqual({ key: 'crk_93bd12', secret })
    expect(readToken('crk_93bd12:crs_short')).toBeNull()
  })

  it('is told what is wrong with a token, once there is one', () => {
    expect(describeTokenProblem('')).toBeNull()
    expect(describeTokenProblem('hello')).toMatch(/begins with crk_/)
    expect(describeTokenProblem('crk_93bd12:crs_short')).toMatch(/not whole/)
  })

  it('is the address of a relay or not', () => {
    expect(readRelayUrl(' https://hooks.example/sub ')).toBe('https://hooks.example/sub')
    expect(readRelayUrl('hooks.example')).toBeNull()
    expect(readRelayUrl('https://user@hooks.example')).toBeNull()
  })

  it.each([
    ['3000', 'http://localhost:3000'],
    ['localhost:3000/hooks', 'http://localhost:3000/hooks'],
    ['[::1]:80', 'http://[::1]:80'],
    ['staging.example:8080', 'http://staging.example:8080'],
    ['https://staging.example/a', 'https://staging.example/a'],
  ])('takes %s as the target %s', (text, url) => {
    expect(readTarget(text)).toBe(url)
  })

  it('becomes a curl line in the quotes of its shell', () => {
    expect(curlLine('http://h/in/1', 'linux')).toContain(`-d '{"event":"hello","amount":1.00}'`)
    expect(curlLine('http://h/in/1', 'win32')).toContain(String.raw`-d "{\"event\":\"hello\",\"amount\":1.00}"`)
  })
})
