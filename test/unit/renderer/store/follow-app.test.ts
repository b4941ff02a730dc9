import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AppSettings } from '../../../../protocol/settings.ts'
import type { RequestId, RequestUid } from '../../../../protocol/ids.ts'
import type { Bridge, Counts, EventName, Events, Snapshot } from '../../../../protocol/ipc.ts'
import type { RequestSummary } from '../../../../protocol/request.ts'
import { useCounts } from '../../../../renderer/store/counts.ts'
import { followApp } from '../../../../renderer/store/follow-app.ts'
import { useForwarding } from '../../../../renderer/store/forwarding.ts'
import { listRequests, takeRequests, useRequests } from '../../../../renderer/store/requests.ts'
import { useShell } from '../../../../renderer/store/shell.ts'
import { useView } from '../../../../renderer/store/view.ts'

const counts: Counts = {
  total: 3,
  unread: 0,
  failed: 0,
  held: 0,
  retrying: 0,
  pinned: 0,
  unindexed: 0,
  historyBytes: 10,
}

function row(id: number, patch: Partial<RequestSummary> = {}): RequestSummary {
  return {
    id: id as RequestId,
    uid: `uid-${id}` as RequestUid,
    kind: 'captured',
    sourceId: null,
    receivedAt: 0,
    method: 'POST',
    requestTarget: '/in/x',
    mountBytes: 5,
    bodyBytes: 0,
    contentType: null,
    provider: null,
    event: 'from the list',
    parentId: null,
    pinned: false,
    colour: null,
    hasNote: false,
    read: false,
    detail: null,
    result: null,
    ...patch,
  }
}

function snapshot(patch: Partial<Snapshot> = {}): Snapshot {
  return {
    version: '1.0.0',
    platform: 'linux',
    profile: null,
    hasKeyring: true,
    settings: AppSettings.parse({ theme: 'dark', welcomed: true }),
    view: {
      listWidth: null,
      railWidth: null,
      selectedId: 2,
      draftId: null,
      scrollTop: 0,
      view: 'all',
      sourceId: null,
      tab: 'body',
      bodyView: 'raw',
    },
    forwarding: { on: true, since: 0, held: 0, retrying: 0 },
    embeddedRelay: { state: 'starting' },
    history: { state: 'good' },
    sources: [],
    sourceStatuses: [],
    targets: [],
    targetStatuses: [],
    counts,
    ...patch,
  }
}

/** The other side of the bridge, in the test's hands: a question waits until it is answered here. */
function openBridge() {
  const listeners = new Map<EventName, (event: never) => void>()
  const questions: { name: string; input: Record<string, unknown>; answer: (value: unknown) => void }[] = []
  const bridge = {
    ask: (name: string, input: Record<string, unknown>) =>
      new Promise((resolve) => {
        questions.push({ name, input, answer: (value) => resolve({ ok: true, value }) })
      }),
    listen: (name: EventName, onEvent: (event: never) => void) => {
      listeners.set(name, onEvent)
      return () => listeners.delete(name)
    },
  } as unknown as Bridge
  vi.stubGlobal('window', { creel: bridge })
  const tell = <K extends EventName>(name: K, event: Events[K]) => listeners.get(name)?.(event as never)
  const answer = async (name: string, value: unknown) => {
    const at = await vi.waitUntil(() => questions.findIndex((question) => question.name === name) + 1 || undefined)
    questions.splice(at - 1, 1)[0]?.answer(value)
  }
  return { bridge, tell, answer, listeners }
}

let stop: () => void = () => undefined
beforeEach(() => {
  for (const store of [useRequests, useForwarding, useCounts, useShell, useView])
    (store.setState as (state: unknown, isWhole: true) => void)(store.getInitialState(), true)
})
afterEach(() => {
  stop()
  vi.unstubAllGlobals()
})

describe('followApp', () => {
  it('shows the snapshot and then the list', async () => {
    const { bridge, answer } = openBridge()
    stop = followApp(bridge)
    await answer('app:snapshot', snapshot())
    await answer('requests:list', [row(2), row(1)])
    await vi.waitFor(() => expect(useRequests.getState().phase).toBe('ready'))
    expect(useRequests.getState().rows.order).toEqual([2, 1])
    expect(useView.getState()).toMatchObject({ selectedId: 2, bodyView: 'raw', screen: { kind: 'inbox' } })
  })

  it('does not let the snapshot undo what an event told before it came', async () => {
    const { bridge, tell, answer } = openBridge()
    stop = followApp(bridge)
    tell('forwarding:changed', { on: false, since: 5, held: 7, retrying: 0 })
    await answer('app:snapshot', snapshot())
    await vi.waitFor(() => expect(useShell.getState().phase).toBe('ready'))
    expect(useForwarding.getState()).toMatchObject({ on: false, held: 7 })
    expect(useCounts.getState().counts).toEqual(counts)
  })

  it('keeps a request that came while the list was on its way', async () => {
    const { bridge, tell, answer } = openBridge()
    stop = followApp(bridge)
    await answer('app:snapshot', snapshot())
    await vi.waitFor(() => expect(useShell.getState().phase).toBe('ready'))
    tell('requests:received', [row(3, { event: 'told by an event' })])
    await answer('requests:list', [row(3), row(2)])
    await vi.waitFor(() => expect(useRequests.getState().phase).toBe('ready'))
    const { rows } = useRequests.getState()
    expect([rows.order, rows.byId.get(3 as RequestId)?.event]).toEqual([[3, 2], 'told by an event'])
  })

  it('shows a request that is there again as it became, though that was told in the same batch', async () => {
    const { bridge, tell, answer } = openBridge()
    stop = followApp(bridge)
    await answer('app:snapshot', snapshot())
    await answer('requests:list', [row(3), row(2)])
    await vi.waitFor(() => expect(useRequests.getState().phase).toBe('ready'))
    tell('requests:deleted', { ids: [row(3).id] })
    await vi.waitFor(() => expect(useRequests.getState().rows.order).toEqual([2]))
    tell('requests:restored', [row(3, { event: 'as it was' })])
    tell('requests:changed', [row(3, { event: 'as it became' })])
    await vi.waitFor(() => expect(useRequests.getState().rows.order).toEqual([3, 2]))
    expect(useRequests.getState().rows.byId.get(3 as RequestId)?.event).toBe('as it became')
  })

  it('begins with the welcome only while nothing has come and nobody has been welcomed', async () => {
    const { bridge, answer } = openBridge()
    const { settings } = snapshot()
    stop = followApp(bridge)
    await answer(
      'app:snapshot',
      snapshot({ settings: { ...settings, welcomed: false }, counts: { ...counts, total: 0 } }),
    )
    await vi.waitFor(() => expect(useView.getState().screen.kind).toBe('welcome'))
  })

  it('stops listening when told so', () => {
    const { bridge, listeners } = openBridge()
    followApp(bridge)()
    expect(listeners.size).toBe(0)
  })
})

describe('takeRequests', () => {
  it('keeps what became of a request that came in the same batch', () => {
    takeRequests([row(1, { event: 'as it came' })], [row(1, { event: 'as it became' }), row(9)])
    const { rows } = useRequests.getState()
    expect([rows.order, rows.byId.get(1 as RequestId)?.event]).toEqual([[1], 'as it became'])
  })
})

describe('listRequests', () => {
  it('drops the answer to a filter that nobody wants any more', async () => {
    const { answer } = openBridge()
    const first = listRequests({ view: 'all', sourceId: null, text: 'a' })
    const second = listRequests({ view: 'all', sourceId: null, text: 'ab' })
    await answer('requests:list', [row(1)])
    await answer('requests:list', [row(2)])
    await Promise.all([first, second])
    expect(useRequests.getState().rows.order).toEqual([2])
  })

  it('asks the history again for rows that only it can judge', async () => {
    const { bridge, tell, answer } = openBridge()
    stop = followApp(bridge)
    await answer('app:snapshot', snapshot({ view: { ...snapshot().view, view: 'held' } }))
    await answer('requests:list', [row(1)])
    await vi.waitFor(() => expect(useRequests.getState().phase).toBe('ready'))
    tell('requests:received', [row(2)])
    expect(useRequests.getState().rows.order).toEqual([1])
    await answer('requests:list', [row(2)])
    await vi.waitFor(() => expect(useRequests.getState().rows.order).toEqual([2]))
  })
})
