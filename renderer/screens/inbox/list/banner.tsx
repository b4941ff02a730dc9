import { ForwardingOffNews } from './forwarding-off-news.tsx'
import { HistoryNews } from './history-news.tsx'
import { OfflineNews } from './offline-news.tsx'
import { PortTakenNews } from './port-taken-news.tsx'
import { RefusedNews } from './refused-news.tsx'
import { useForwarding } from '../../../store/forwarding.ts'
import { useShell } from '../../../store/shell.ts'
import { useSources } from '../../../store/sources.ts'
import type { SourceId } from '../../../../protocol/ids.ts'

export type News =
  | { readonly kind: 'history' | 'port-taken' | 'forwarding-off' }
  | { readonly kind: 'refused' | 'offline'; readonly sourceId: SourceId }

/** What the slot has to say, worst first, or nothing. */
export function useWorstNews(): News | null {
  const isHistoryBroken = useShell((shell) => shell.history.state === 'broken')
  const isRelayDown = useShell(
    ({ embeddedRelay }) => embeddedRelay.state === 'port-taken' || embeddedRelay.state === 'down',
  )
  const refused = useSourceInState('refused')
  const offline = useSourceInState('waiting')
  const isOff = useForwarding((forwarding) => !forwarding.on)
  if (isHistoryBroken) return { kind: 'history' }
  if (isRelayDown) return { kind: 'port-taken' }
  if (refused !== undefined) return { kind: 'refused', sourceId: refused }
  if (offline !== undefined) return { kind: 'offline', sourceId: offline }
  return isOff ? { kind: 'forwarding-off' } : null
}

/** A source that tries again after a break counts as waiting while it tries, so that its banner does not blink. */
function useSourceInState(state: 'refused' | 'waiting'): SourceId | undefined {
  return useSources(({ sources, statuses }) => {
    const found = sources.find((source) => {
      const connection = statuses.get(source.id)?.connection
      if (source.disconnected || connection === undefined) return false
      const isTryingAgain = connection.state === 'connecting' && connection.attempt > 1
      return connection.state === state || (state === 'waiting' && isTryingAgain)
    })
    return found?.id
  })
}

export function Banner({ news }: { news: News }) {
  switch (news.kind) {
    case 'history':
      return <HistoryNews />
    case 'port-taken':
      return <PortTakenNews />
    case 'refused':
      return <RefusedNews sourceId={news.sourceId} />
    case 'offline':
      return <OfflineNews sourceId={news.sourceId} />
    case 'forwarding-off':
      return <ForwardingOffNews />
  }
}
