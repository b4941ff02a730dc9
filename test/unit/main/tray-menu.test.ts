import { describe, expect, test } from 'vitest'
import {
  buildTrayMenu,
  chooseTrayIcon,
  describeStatus,
  type TrayEntry,
  type TrayState,
} from '../../../main/tray-menu.ts'
import type { DeliveryDigest } from '../../../protocol/delivery.ts'
import { RequestSummary } from '../../../protocol/request.ts'
import { Source, SourceStatus } from '../../../protocol/source.ts'
import { Target, TargetOptions } from '../../../protocol/target.ts'

const now = Date.UTC(2026, 7, 21, 12, 0, 0)

const source = Source.parse({
  id: 1,
  kind: 'embedded',
  name: 'This computer',
  relayUrl: 'http://127.0.0.1:4480',
  tokenKey: 'crk_abcdef',
  buckets: [],
  targets: [5],
  held: false,
  disconnected: false,
  createdAt: now,
})
const url = 'http://127.0.0.1:4480/in/5f2c1a9e-7d34-4b8e-9c61-2f0a8b7d4e13'
const connected = SourceStatus.parse({
  id: 1,
  connection: { state: 'connected', since: now, verifiedAt: now, roundTripMs: 1, skewMs: 0, pending: 0 },
  inputs: [{ id: '5f2c1a9e-7d34-4b8e-9c61-2f0a8b7d4e13', bucket: 'b', name: 'one', url }],
  relay: null,
  unread: 0,
  held: 0,
})
const target = Target.parse({
  id: 5,
  url: 'http://localhost:3000',
  options: TargetOptions.parse({}),
  held: false,
  createdAt: now,
})

function request(result: Partial<DeliveryDigest> | null): RequestSummary {
  return RequestSummary.parse({
    id: 9,
    uid: 'u9',
    kind: 'captured',
    sourceId: 1,
    receivedAt: now,
    method: 'POST',
    requestTarget: '/in/x/github',
    mountBytes: 5,
    bodyBytes: 2,
    contentType: null,
    provider: 'github',
    event: 'issues opened',
    parentId: null,
    pinned: false,
    colour: null,
    hasNote: false,
    read: false,
    detail: null,
    result: result && {
      state: 'answered',
      holdReason: null,
      status: 200,
      failureCode: null,
      latencyMs: 12,
      nextAttemptAt: null,
      count: 1,
      targetLabel: 'localhost:3000',
      ...result,
    },
  })
}

function state(change: Partial<TrayState> = {}): TrayState {
  return {
    history: { state: 'good' },
    forwarding: { on: true, since: now, held: 0, retrying: 0 },
    sources: [source],
    statuses: [connected],
    targets: [target],
    targetStatuses: [],
    recent: [request({})],
    ports: [{ port: 5173, process: 'vite', pid: 1 }],
    hasNew: false,
    now,
    ...change,
  }
}

function find(entries: readonly TrayEntry[], label: RegExp): TrayEntry | undefined {
  return entries.find((entry) => entry.type !== 'line' && label.test(entry.label))
}

describe('the tray menu', () => {
  test('has everything, in the order of the design', () => {
    const labels = buildTrayMenu(state()).map((entry) => (entry.type === 'line' ? '-' : entry.label))
    expect(labels).toEqual([
      expect.stringMatching(/^Connected, verified at \d\d:\d\d:\d\d$/),
      'Nothing waits',
      '-',
      'Forwarding',
      'Copy URL',
      'Target port',
      'Disconnect',
      '-',
      expect.stringMatching(/^200 {2}GitHub issues opened, \d\d:\d\d:\d\d$/),
      '-',
      'Open Creel',
      'Preferences…',
      '-',
      'Quit Creel',
    ])
  })

  test('shows forwarding as a tick with the number held, and a click means the other state', () => {
    const off = state({ forwarding: { on: false, since: now, held: 7, retrying: 0 } })
    expect(find(buildTrayMenu(off), /^Forwarding \(/)).toEqual({
      type: 'check',
      label: 'Forwarding (7 held)',
      checked: false,
      action: { kind: 'set-forwarding', on: true },
    })
    expect(describeStatus(off)).toMatch(/^Forwarding is off, verified at/)
  })

  test("ticks a source's port among those that listen, its own too when nobody listens there", () => {
    const ports = find(buildTrayMenu(state()), /^Target port$/)
    expect(ports).toMatchObject({
      entries: [
        { type: 'text', label: 'This computer' },
        { label: '3000', checked: true },
        { label: '5173 vite', checked: false, action: { kind: 'choose-port', sourceId: 1, port: 5173 } },
        { label: 'Other…' },
      ],
    })
  })

  test('opens and resends each of the last five requests', () => {
    const many = state({
      recent: Array.from({ length: 8 }, () => request({ state: 'failed', status: null, failureCode: 'reset' })),
    })
    const entries = buildTrayMenu(many).filter((entry) => entry.type === 'menu' && entry.label.startsWith('failed'))
    expect(entries).toHaveLength(5)
    expect(entries[0]).toMatchObject({
      entries: [
        { label: 'Open', action: { kind: 'open-request', id: 9 } },
        { label: 'Resend', action: { kind: 'resend', id: 9 } },
      ],
    })
  })
})

describe('the tray icon', () => {
  const refused = SourceStatus.parse({
    ...connected,
    connection: { state: 'refused', code: 'unknown-key', reason: 'The relay refused this token.', fix: 'f', at: now },
  })
  const message = 'The disk is full: history.sqlite (SQLITE_FULL).'
  const broken = { state: 'broken', message, fix: 'Free some space.', nextAttemptAt: null } as const
  test.each<[string, Partial<TrayState>]>([
    ['connected', {}],
    ['new', { hasNew: true }],
    ['held', { hasNew: true, forwarding: { on: false, since: now, held: 0, retrying: 0 } }],
    ['reconnecting', { statuses: [refused], forwarding: { on: false, since: now, held: 3, retrying: 0 } }],
    ['failing', { statuses: [refused], recent: [request({ status: 503 })] }],
    ['failing', { history: broken, hasNew: true }],
  ])('says %s, the worst of what is true', (icon, change) => {
    expect(chooseTrayIcon(state(change))).toBe(icon)
  })

  test('says that nothing can be stored before anything else, however well the sources are connected', () => {
    const off = { on: false, since: now, held: 0, retrying: 0 }
    expect(describeStatus(state({ history: broken }))).toBe(message)
    expect(describeStatus(state({ history: broken, forwarding: off }))).toBe(message)
  })

  test('never says connected of a source that was refused', () => {
    expect(describeStatus(state({ statuses: [refused] }))).toBe('The relay refused this token.')
  })
})
