import type { ListeningPort } from '../protocol/delivery.ts'
import type { RequestId, SourceId } from '../protocol/ids.ts'
import type { ForwardingStatus, HistoryStatus } from '../protocol/ipc.ts'
import type { RequestSummary } from '../protocol/request.ts'
import type { Source, SourceStatus } from '../protocol/source.ts'
import type { Target, TargetStatus } from '../protocol/target.ts'
import { clockTime, describeResult, describeSender } from './describe.ts'

export type TrayState = {
  readonly history: HistoryStatus
  readonly forwarding: ForwardingStatus
  readonly sources: readonly Source[]
  readonly statuses: readonly SourceStatus[]
  readonly targets: readonly Target[]
  readonly targetStatuses: readonly TargetStatus[]
  /** Newest first. */
  readonly recent: readonly RequestSummary[]
  readonly ports: readonly ListeningPort[]
  readonly hasNew: boolean
  readonly now: number
}

export type TrayAction =
  | { readonly kind: 'set-forwarding'; readonly on: boolean }
  | { readonly kind: 'copy'; readonly text: string }
  | { readonly kind: 'choose-port'; readonly sourceId: SourceId; readonly port: number }
  | { readonly kind: 'set-disconnected'; readonly sourceId: SourceId; readonly disconnected: boolean }
  | { readonly kind: 'open-request'; readonly id: RequestId }
  | { readonly kind: 'resend'; readonly id: RequestId }
  | { readonly kind: 'open' }
  | { readonly kind: 'preferences' }
  | { readonly kind: 'quit' }

export type TrayEntry =
  | { readonly type: 'line' }
  | { readonly type: 'text'; readonly label: string }
  | { readonly type: 'action'; readonly label: string; readonly action: TrayAction }
  | { readonly type: 'check'; readonly label: string; readonly checked: boolean; readonly action: TrayAction }
  | { readonly type: 'menu'; readonly label: string; readonly entries: readonly TrayEntry[] }

export type TrayIcon = 'failing' | 'reconnecting' | 'held' | 'new' | 'connected'

const RECENT_SHOWN = 5
const LINE: TrayEntry = { type: 'line' }

/** The whole menu, as some desktops give no click on the icon itself. Lines of words first, then what can be done. */
export function buildTrayMenu(state: TrayState): TrayEntry[] {
  const { forwarding } = state
  const heldWords = forwarding.held > 0 ? ` (${forwarding.held} held)` : ''
  const recent = state.recent.filter((request) => request.kind !== 'gap').slice(0, RECENT_SHOWN)
  return [
    { type: 'text', label: describeStatus(state) },
    { type: 'text', label: describeWaiting(forwarding) },
    LINE,
    {
      type: 'check',
      label: `Forwarding${heldWords}`,
      checked: forwarding.on,
      action: { kind: 'set-forwarding', on: !forwarding.on },
    },
    { type: 'menu', label: 'Copy URL', entries: copyEntries(state) },
    { type: 'menu', label: 'Target port', entries: portEntries(state) },
    { type: 'menu', label: 'Disconnect', entries: disconnectEntries(state) },
    LINE,
    ...(recent.length > 0 ? [...recent.map((request) => recentEntry(request, state.now)), LINE] : []),
    { type: 'action', label: 'Open Creel', action: { kind: 'open' } },
    { type: 'action', label: 'Preferences…', action: { kind: 'preferences' } },
    LINE,
    { type: 'action', label: 'Quit Creel', action: { kind: 'quit' } },
  ]
}

/** The worst thing that is true now gives the icon; the menu's first line says it in words. */
export function chooseTrayIcon(state: TrayState): TrayIcon {
  if (state.history.state === 'broken') return 'failing'
  if (countFailing(state) > 0 || state.targetStatuses.some((target) => target.health === 'nothing-listens')) {
    return 'failing'
  }
  if (
    state.statuses.some(({ connection }) => connection.state !== 'connected' && connection.state !== 'disconnected')
  ) {
    return 'reconnecting'
  }
  if (!state.forwarding.on || state.forwarding.held > 0) return 'held'
  return state.hasNew ? 'new' : 'connected'
}

/**
 * One sentence with the proof. It names the clock time of the last proof instead of its age: a tray menu is not drawn anew while it is open, so
 * "4 s ago" would soon be untrue.
 */
export function describeStatus(state: TrayState): string {
  // Whatever the connections are worth: nothing is received while nothing can be stored.
  if (state.history.state === 'broken') return state.history.message
  const proof = describeProof(state)
  if (!state.forwarding.on) return `Forwarding is off${proof === null ? '' : `, ${proof}`}`
  const refused = state.statuses.find(({ connection }) => connection.state === 'refused')
  if (refused?.connection.state === 'refused') return refused.connection.reason
  const waiting = state.statuses.find(({ connection }) => connection.state === 'waiting')
  if (waiting?.connection.state === 'waiting') {
    return `${waiting.connection.reason} Next try at ${clockTime(waiting.connection.nextAttemptAt)}`
  }
  if (state.statuses.some(({ connection }) => connection.state === 'connecting')) return 'Connecting'
  if (state.statuses.every(({ connection }) => connection.state === 'disconnected')) return 'Disconnected'
  const failing = countFailing(state)
  if (failing > 0) return `Failing: ${failing} of the last ${state.recent.length}`
  return `Connected, ${proof ?? 'not verified yet'}`
}

function describeProof(state: TrayState): string | null {
  const proofs = state.statuses.flatMap(({ connection }) =>
    connection.state === 'connected' ? [connection.verifiedAt] : [],
  )
  // The oldest proof is the one that all of them can be held to.
  return proofs.length === 0 ? null : `verified at ${clockTime(Math.min(...proofs))}`
}

function describeWaiting(forwarding: ForwardingStatus): string {
  const since = forwarding.on ? '' : `, since ${clockTime(forwarding.since)}`
  if (forwarding.held === 0 && forwarding.retrying === 0) return `Nothing waits${since}`
  const parts = [`${forwarding.held} held`, ...(forwarding.retrying > 0 ? [`${forwarding.retrying} retrying`] : [])]
  return parts.join(', ') + since
}

function countFailing(state: TrayState): number {
  return state.recent.filter(({ result }) => {
    if (result === null) return false
    if (result.state === 'failed' || result.state === 'given-up') return true
    return result.state === 'answered' && (result.status ?? 0) >= 500
  }).length
}

function copyEntries({ sources, statuses }: TrayState): TrayEntry[] {
  const entries = sources.flatMap((source) => {
    const inputs = statuses.find(({ id }) => id === source.id)?.inputs ?? []
    return inputs.map((input): TrayEntry => {
      const label = inputs.length > 1 ? `${source.name}, ${input.name}` : source.name
      return { type: 'action', label, action: { kind: 'copy', text: input.url } }
    })
  })
  return entries.length > 0 ? entries : [{ type: 'text', label: 'No URL is known yet' }]
}

function portEntries({ sources, targets, ports }: TrayState): TrayEntry[] {
  return sources.flatMap((source, index): TrayEntry[] => {
    const chosen = new Set(
      source.targets.flatMap((id) => {
        const url = targets.find((target) => target.id === id)?.url
        return url === undefined ? [] : [portOf(url)]
      }),
    )
    const listed = new Map(ports.map((port) => [port.port, port.process]))
    for (const port of chosen) if (!listed.has(port)) listed.set(port, null)
    const entries = [...listed]
      .sort(([one], [other]) => one - other)
      .map(([port, process]): TrayEntry => ({
        type: 'check',
        label: process === null ? String(port) : `${port} ${process}`,
        checked: chosen.has(port),
        action: { kind: 'choose-port', sourceId: source.id, port },
      }))
    const none: TrayEntry = { type: 'text', label: 'No program listens on a port' }
    return [
      ...(index > 0 ? [LINE] : []),
      { type: 'text', label: source.name },
      ...(entries.length > 0 ? entries : [none]),
      { type: 'action', label: 'Other…', action: { kind: 'open' } },
    ]
  })
}

function disconnectEntries({ sources }: TrayState): TrayEntry[] {
  return sources.map((source) => ({
    type: 'check',
    label: source.name,
    checked: source.disconnected,
    action: { kind: 'set-disconnected', sourceId: source.id, disconnected: !source.disconnected },
  }))
}

function recentEntry(request: RequestSummary, now: number): TrayEntry {
  return {
    type: 'menu',
    label: `${describeResult(request, now)}  ${describeSender(request)}, ${clockTime(request.receivedAt)}`,
    entries: [
      { type: 'action', label: 'Open', action: { kind: 'open-request', id: request.id } },
      ...(request.kind === 'rejected'
        ? []
        : [{ type: 'action', label: 'Resend', action: { kind: 'resend', id: request.id } } as const]),
    ],
  }
}

function portOf(url: string): number {
  const { port, protocol } = new URL(url)
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)
}
