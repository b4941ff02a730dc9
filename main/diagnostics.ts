import { isLoopbackUrl, type Target, type TargetStatus } from '../protocol/target.ts'
import type { Counts, EmbeddedRelayStatus, ForwardingStatus, HistoryStatus, HistoryUsage } from '../protocol/ipc.ts'
import type { AppSettings } from '../protocol/settings.ts'
import type { Source, SourceStatus } from '../protocol/source.ts'
import { redact, redactLogLine } from './redact-log.ts'

export type DiagnosticsState = {
  readonly now: number
  /** Names and numbers of versions, of what it runs on too. */
  readonly versions: Readonly<Record<string, string>>
  readonly hasKeyring: boolean
  readonly profile: boolean
  readonly settings: AppSettings
  readonly counts: Counts
  readonly usage: HistoryUsage
  readonly history: HistoryStatus
  readonly forwarding: ForwardingStatus
  readonly embeddedRelay: EmbeddedRelayStatus
  readonly sources: readonly Source[]
  readonly sourceStatuses: readonly SourceStatus[]
  readonly targets: readonly Target[]
  readonly targetStatuses: readonly TargetStatus[]
  /** Lines as they are in the log, oldest first. */
  readonly log: readonly string[]
}

/** What helps to find a fault, for a person to read and pass on: no tokens, secrets, URLs, hosts, names or bodies. */
export function describeDiagnostics(state: DiagnosticsState): string {
  const { counts, usage } = state
  return [
    `Creel diagnostics, ${new Date(state.now).toISOString()}`,
    ...section('Versions', Object.entries(state.versions).map(pair)),
    ...section('State', [
      `keyring ${state.hasKeyring ? 'there' : 'missing'}, profile ${state.profile ? 'named' : 'the first'}`,
      `history ${state.history.state === 'good' ? 'good' : `broken: ${redact(state.history.message)}`}`,
      `forwarding ${state.forwarding.on ? 'on' : 'off'}, ${state.forwarding.held} held, ${state.forwarding.retrying} retrying`,
      `relay of this computer ${describeRelay(state.embeddedRelay)}`,
    ]),
    ...section('Counts', [
      ...Object.entries(counts).map(pair),
      ...Object.entries(usage).flatMap((entry) => (typeof entry[1] === 'number' ? [pair(entry)] : [])),
    ]),
    ...section(
      'Settings',
      Object.entries(state.settings).map(([name, value]) => `${name} ${describeSetting(value)}`),
    ),
    ...section(
      'Sources',
      state.sources.map((source) => describeSource(source, state)),
    ),
    ...section(
      'Targets',
      state.targets.map((target) => describeTarget(target, state)),
    ),
    ...section(`Log, last ${state.log.length} lines`, state.log.map(redactLogLine)),
    '',
  ].join('\n')
}

function section(title: string, lines: readonly string[]): string[] {
  return ['', title, ...(lines.length === 0 ? ['  none'] : lines.map((line) => `  ${line.replaceAll('\n', '\n  ')}`))]
}

function pair([name, value]: readonly [string, unknown]): string {
  return `${name} ${String(value)}`
}

function describeRelay(status: EmbeddedRelayStatus): string {
  switch (status.state) {
    case 'starting':
      return 'starting'
    case 'running':
      return `running on port ${status.port}`
    case 'port-taken':
      return `has no port, as ${status.port} is taken`
    case 'down':
      return `down: ${redact(status.message)}`
  }
}

/** Numbers and switches as they are. Of what a person wrote only that, or how much, there is. */
function describeSetting(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return String(value)
  if (Array.isArray(value)) return `${value.length} entries`
  if (typeof value === 'string') return /^(system|light|dark)$/.test(value) ? value : 'set'
  if (typeof value !== 'object') return 'set'
  return Object.entries(value)
    .map(([name, inner]) => `${name} ${describeSetting(inner)}`)
    .join(', ')
}

function describeSource({ id, kind, held, buckets, targets }: Source, state: DiagnosticsState): string {
  const status = state.sourceStatuses.find((one) => one.id === id)
  const connection = status?.connection
  const words = connection === undefined ? 'unknown' : describeConnection(connection)
  const relay = status?.relay ? `, relay ${status.relay.version}` : ''
  const sizes = `${status?.inputs.length ?? 0} inputs, ${buckets.length} buckets, ${targets.length} targets`
  return `source ${id}, ${kind}: ${words}${relay}; ${sizes}${held ? '; on hold' : ''}`
}

function describeConnection(connection: SourceStatus['connection']): string {
  switch (connection.state) {
    case 'connected':
      return `connected, verified ${new Date(connection.verifiedAt).toISOString()} in ${Math.round(connection.roundTripMs)} ms`
    case 'waiting':
      return `waiting, attempt ${connection.attempt}: ${redact(connection.reason)}`
    case 'refused':
      return `refused, ${connection.code}`
    case 'connecting':
    case 'disconnected':
      return connection.state
  }
}

function describeTarget({ id, url, options, held }: Target, state: DiagnosticsState): string {
  const status = state.targetStatuses.find((one) => one.id === id)
  const place = `${url.startsWith('https:') ? 'https' : 'http'}, ${isLoopbackUrl(url) ? 'this computer' : 'another host'}`
  const queue = status
    ? `${status.health}, ${status.queued} queued, ${status.held} held, ${status.sending} sending`
    : 'unknown'
  return `target ${id}, ${place}: ${queue}; ${describeSetting(options)}${held ? '; on hold' : ''}`
}
