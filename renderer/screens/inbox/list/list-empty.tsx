import { Inbox, Search } from 'lucide-react'
import type { SourceId } from '../../../../protocol/ids.ts'
import { countOf, formatCount } from '../../../format/bytes.ts'
import { timeAgoInWords } from '../../../format/time-ago.ts'
import { copyText } from '../../../bridge.ts'
import { Button } from '../../../parts/button.tsx'
import { CopyButton } from '../../../parts/copy-button.tsx'
import { EmptyState } from '../../../parts/empty-state.tsx'
import { Mark } from '../../../parts/mark.tsx'
import { useClock } from '../../../store/clock.ts'
import { useCounts } from '../../../store/counts.ts'
import { askNewest, useRequests } from '../../../store/requests.ts'
import { sendSample, useSource, useSources } from '../../../store/sources.ts'
import { setView } from '../../../store/view.ts'
import styles from './list-empty.module.css'

/** Why there is nothing: no match, nothing of this kind, nothing at all yet, or a history that does not answer. */
export function ListEmpty() {
  const error = useRequests((state) => state.error)
  const { view, sourceId, text } = useRequests((state) => state.filter)
  if (error !== null)
    return (
      <EmptyState
        icon={<Mark name="refused" />}
        title="The history cannot be read"
        actions={<Button onClick={() => void askNewest()}>Try again</Button>}
      >
        {error.message} {error.fix}
      </EmptyState>
    )
  if (text !== '') return <NoMatch text={text} />
  if (view !== 'all') return <EmptyState title={NONE_OF[view].title}>{NONE_OF[view].text}</EmptyState>
  return <NothingYet sourceId={sourceId} />
}

const NONE_OF = {
  failed: { title: 'No request has failed', text: 'Requests that a target did not answer stand here.' },
  held: {
    title: 'Nothing is held',
    text: 'What waits for forwarding, for a source or for a target stands here, in order.',
  },
  pinned: { title: 'Nothing is pinned', text: 'P pins the selected request. Pinned requests are kept when others go.' },
}

function NoMatch({ text }: { text: string }) {
  const total = useCounts((state) => state.counts?.total)
  const unindexed = useCounts((state) => state.counts?.unindexed ?? 0)
  return (
    <EmptyState
      icon={<Search size={16} />}
      title="No request matches"
      actions={
        <Button keys="Esc" onClick={() => setView({ text: '' })}>
          Clear the filter
        </Button>
      }
    >
      <p className={styles['query']}>{text}</p>
      {total !== undefined && (
        <p className={styles['faint']}>
          {countOf(total, 'request')} searched
          {unindexed > 0 &&
            `, ${formatCount(Math.min(unindexed, total))} of them by path and event only until they are indexed`}
          .
        </p>
      )}
    </EmptyState>
  )
}

function NothingYet({ sourceId }: { sourceId: SourceId | null }) {
  const chosen = useSource(sourceId)
  const first = useSources((state) => state.sources.find((source) => source.kind === 'embedded') ?? state.sources[0])
  const source = chosen ?? first
  const status = useSources((state) => (source === undefined ? undefined : state.statuses.get(source.id)))
  const connection = status?.connection
  const proof = useClock((now) =>
    connection?.state === 'connected' ? `Verified ${timeAgoInWords(connection.verifiedAt, now)}.` : '',
  )
  const url = status?.inputs[0]?.url
  return (
    <EmptyState
      icon={<Inbox size={16} />}
      title={connection?.state === 'connected' ? 'Connected. Waiting for the first request.' : 'No request yet'}
      actions={
        source !== undefined &&
        url !== undefined && (
          <>
            <CopyButton kind="primary" label="Copy URL" text="Copy URL" copy={() => copyText(url)} />
            <Button onClick={() => void sendSample(source.id, 'hello')}>Send a test webhook</Button>
          </>
        )
      }
    >
      {proof} What is posted to this URL appears here:
      {url !== undefined && <p className={styles['query']}>{url}</p>}
    </EmptyState>
  )
}
