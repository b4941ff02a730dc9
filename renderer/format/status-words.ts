import type { EmbeddedRelayStatus } from '../../protocol/ipc.ts'
import type { Source, SourceConnection, SourceStatus } from '../../protocol/source.ts'
import { countOf } from './bytes.ts'
import { formatDuration } from './duration.ts'
import { timeAgoInWords } from './time-ago.ts'

export type ConnectionProof = {
  readonly mark: 'live' | 'reconnecting' | 'refused' | 'disconnected'
  readonly text: string
}

type Statuses = ReadonlyMap<Source['id'], SourceStatus>

/** The one line of the status bar: the worst connection, or the oldest proof when all live. */
export function connectionProof(
  sources: readonly Source[],
  statuses: Statuses,
  relay: EmbeddedRelayStatus,
  now: number,
): ConnectionProof {
  const active = sources.filter((source) => !source.disconnected)
  if (relay.state === 'port-taken') return { mark: 'refused', text: `Port ${relay.port} is taken` }
  if (active.length === 0) return { mark: 'disconnected', text: 'Disconnected' }
  const refused = active.find((source) => connectionOf(source, statuses).state === 'refused')
  if (refused !== undefined) return { mark: 'refused', text: `${refused.name}: ${refusalWord(refused, statuses)}` }
  const waiting = active.flatMap((source) => {
    const connection = connectionOf(source, statuses)
    return connection.state === 'waiting' ? [connection] : []
  })
  if (waiting.length > 0) return { mark: 'reconnecting', text: `Reconnecting${lastVerified(waiting, now)}` }
  const connecting = active.filter((source) => connectionOf(source, statuses).state === 'connecting')
  if (connecting.length > 0)
    return { mark: 'reconnecting', text: `Connecting to ${countOf(connecting.length, 'source')}` }
  return { mark: 'live', text: `Connected, ${oldestProof(active, statuses, now)}` }
}

function connectionOf(source: Source, statuses: Statuses): SourceConnection {
  if (source.disconnected) return { state: 'disconnected' }
  return statuses.get(source.id)?.connection ?? { state: 'connecting', attempt: 1 }
}

function refusalWord(source: Source, statuses: Statuses): string {
  const connection = connectionOf(source, statuses)
  if (connection.state !== 'refused') return ''
  return connection.code === 'not-a-relay' ? 'no relay there' : 'token refused'
}

function lastVerified(waiting: readonly { readonly lastVerifiedAt: number | null }[], now: number): string {
  const times = waiting.flatMap(({ lastVerifiedAt }) => lastVerifiedAt ?? [])
  return times.length === 0 ? '' : `, last verified ${timeAgoInWords(Math.min(...times), now)}`
}

function oldestProof(active: readonly Source[], statuses: Statuses, now: number): string {
  const proofs = active.flatMap((source) => {
    const connection = connectionOf(source, statuses)
    return connection.state === 'connected' ? [connection] : []
  })
  const oldest = proofs.toSorted((a, b) => a.verifiedAt - b.verifiedAt)[0]
  if (oldest === undefined) return 'not verified'
  return `verified ${timeAgoInWords(oldest.verifiedAt, now)} in ${formatDuration(oldest.roundTripMs)}`
}

/** "3 of 4 sources live, 1 disconnected"; empty without sources. */
export function describeConnections(sources: readonly Source[], statuses: Statuses): string {
  if (sources.length === 0) return ''
  const count = (state: SourceConnection['state'] | 'reconnecting') =>
    sources.filter((source) => {
      const found = connectionOf(source, statuses).state
      return state === 'reconnecting' ? found === 'waiting' || found === 'connecting' : found === state
    }).length
  const rest = [
    [count('reconnecting'), 'reconnecting'],
    [count('refused'), 'refused'],
    [count('disconnected'), 'disconnected'],
  ].flatMap(([number, word]) => (number === 0 ? [] : [`${number} ${word}`]))
  return [`${count('connected')} of ${countOf(sources.length, 'source')} live`, ...rest].join(', ')
}
