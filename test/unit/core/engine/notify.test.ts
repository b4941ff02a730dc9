import { beforeEach, describe, expect, it } from 'vitest'
import { createNotices, type Notice, type NoticeWishes } from '../../../../core/engine/notify.ts'
import type { DeliveryNews } from '../../../../core/forwarding/forwarder.ts'
import type { DeliveryId, RequestId, SourceId } from '../../../../protocol/ids.ts'
import type { RequestSummary } from '../../../../protocol/request.ts'

const MINUTE_MS = 60_000
const ONE = 1 as SourceId
const OTHER = 2 as SourceId
const URL_A = 'http://localhost:3000'
const URL_B = 'http://localhost:4000'

let now: number
let isAttended: boolean
let wishes: NoticeWishes
let rows: Map<RequestId, RequestSummary>
let shown: Notice[]
let problems: unknown[]

beforeEach(() => {
  now = 1_000_000
  isAttended = false
  wishes = { notices: true, sourceNotices: [], mutes: [] }
  rows = new Map()
  shown = []
  problems = []
})

function open() {
  return createNotices({
    now: () => now,
    wishes: () => wishes,
    isAttended: () => isAttended,
    read: async (id) => rows.get(id) ?? null,
    show: (notice) => shown.push(notice),
    onProblem: (problem) => problems.push(problem),
  })
}

let lastId = 0
function row(change: Partial<RequestSummary> = {}): RequestSummary {
  const id = (lastId += 1) as RequestId
  const made = { id, sourceId: ONE, provider: 'github', event: 'push', read: false, ...change } as RequestSummary
  rows.set(id, made)
  return made
}

function news(change: DeliveryNews['change'], given: { url?: string; request?: RequestSummary } = {}): DeliveryNews {
  const { id } = given.request ?? row()
  return { requestId: id, deliveryId: id as number as DeliveryId, url: given.url ?? URL_A, change }
}

const answered = (status: number): DeliveryNews['change'] => ({
  state: 'answered',
  holdReason: null,
  status,
  failureCode: null,
  latencyMs: 1,
})

/** What is read of a request comes in a later turn. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

async function tell(notices: ReturnType<typeof open>, ...all: DeliveryNews[]): Promise<void> {
  for (const one of all) notices.delivered(one)
  await settled()
}

describe('failing deliveries', () => {
  it('are told of once a target until it answers well, whatever other targets do', async () => {
    const notices = open()
    await tell(notices, news(answered(500)), news(answered(500)), news(answered(404)))
    expect(shown).toHaveLength(1)
    expect(shown[0]).toMatchObject({ kind: 'failing', status: 500, url: URL_A })
    await tell(notices, news(answered(200), { url: URL_B }), news(answered(500)))
    expect(shown).toHaveLength(1)
    await tell(notices, news(answered(500), { url: URL_B }))
    expect(shown).toHaveLength(2)
    await tell(notices, news(answered(204)), news(answered(502)))
    expect(shown.map((one) => one.kind === 'failing' && one.status)).toEqual([500, 500, 502])
  })

  it('are told of again after five minutes of failing', async () => {
    const notices = open()
    await tell(notices, news(answered(500)))
    now += 5 * MINUTE_MS - 1
    await tell(notices, news(answered(500)))
    expect(shown).toHaveLength(1)
    now += 1
    await tell(notices, news(answered(500)))
    expect(shown).toHaveLength(2)
  })

  it('are not told of while somebody looks, and are news to whoever looked away', async () => {
    const notices = open()
    isAttended = true
    await tell(notices, news(answered(500)))
    isAttended = false
    expect(shown).toEqual([])
    await tell(notices, news(answered(500)))
    expect(shown).toHaveLength(1)
  })

  it('count from no answer and from nobody listening, not from what is held by a person or under way', async () => {
    const notices = open()
    const quiet: DeliveryNews['change'][] = [
      { state: 'queued', holdReason: null },
      { state: 'sending', holdReason: null },
      { state: 'held', holdReason: 'forwarding' },
      // One of those that wait behind the one that met nobody.
      { state: 'held', holdReason: 'nothing-listens' },
      { state: 'cancelled', holdReason: null },
      { state: 'skipped', holdReason: null },
      answered(302),
    ]
    await tell(notices, ...quiet.map((change) => news(change)))
    expect(shown).toEqual([])
    const nobody = { status: null, failureCode: 'nothing-listens', latencyMs: null } as const
    await tell(notices, news({ state: 'held', holdReason: 'nothing-listens', ...nobody }))
    const late = { status: null, failureCode: 'first-byte-timeout', latencyMs: null } as const
    await tell(notices, news({ state: 'failed', holdReason: null, ...late }, { url: URL_B }))
    expect(shown.map(({ kind }) => kind)).toEqual(['nothing-listens', 'failing'])
  })

  it('of a muted event or a quiet source are not told of, and take nothing of the burst away', async () => {
    const notices = open()
    wishes = {
      ...wishes,
      mutes: [{ provider: 'github', event: 'push' }],
      sourceNotices: [{ sourceId: OTHER, failures: false, news: false }],
    }
    const quiet = row({ sourceId: OTHER, event: 'issues' })
    await tell(notices, news(answered(500)), news(answered(500), { request: quiet }))
    expect(shown).toEqual([])
    const loud = row({ event: 'issues' })
    await tell(notices, news(answered(500), { request: loud }))
    expect(shown.map(({ request }) => request)).toEqual([loud])
    wishes = { ...wishes, notices: false, mutes: [] }
    now += 10 * MINUTE_MS
    await tell(notices, news(answered(500)))
    expect(shown).toHaveLength(1)
  })

  it('of a request that was deleted meanwhile are not told of', async () => {
    const notices = open()
    const gone = row()
    rows.delete(gone.id)
    await tell(notices, news(answered(500), { request: gone }))
    expect([shown, problems]).toEqual([[], []])
  })
})

describe('new requests', () => {
  beforeEach(() => {
    wishes = { ...wishes, sourceNotices: [{ sourceId: ONE, failures: true, news: true }] }
  })

  it('are told of where their source asks for it, once a minute with their number', () => {
    const notices = open()
    notices.received([row(), row({ sourceId: OTHER })])
    expect(shown).toMatchObject([{ kind: 'new', count: 1 }])
    notices.received([row(), row()])
    notices.received([row()])
    expect(shown).toHaveLength(1)
    now += MINUTE_MS
    const last = row()
    notices.received([last])
    expect(shown[1]).toMatchObject({ kind: 'new', count: 4, request: last })
  })

  it('that were seen in the window, are muted or were made by hand are none', () => {
    const notices = open()
    isAttended = true
    notices.received([row()])
    isAttended = false
    wishes = { ...wishes, mutes: [{ provider: 'stripe', event: null }] }
    notices.received([row({ provider: 'stripe', read: true }), row({ sourceId: null }), row({ read: true })])
    expect(shown).toEqual([])
  })
})
