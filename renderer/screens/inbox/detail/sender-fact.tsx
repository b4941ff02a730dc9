import type { RequestDetail } from '../../../../protocol/request.ts'
import { hostOfUrl } from '../../../format/path.ts'
import { exactTime } from '../../../format/time-ago.ts'
import { MarkedText } from '../../../parts/mark.tsx'
import { Popover } from '../../../parts/popover.tsx'
import { useSource, useSourceName } from '../../../store/sources.ts'
import { Fact } from './fact.tsx'
import styles from './facts.module.css'
import { HandshakeFact } from './handshake-fact.tsx'

/** What the sender was told, by whom. The relay answers once the request is on its disk, so its record is the proof. */
export function SenderFact({ request }: { request: RequestDetail }) {
  const source = useSource(request.sourceId)
  const sourceName = useSourceName(request)
  if (request.kind !== 'captured' && request.kind !== 'handshake') {
    const word = request.kind === 'imported' ? 'Imported' : 'Made here'
    return (
      <Fact
        caption="Sender"
        value={<MarkedText mark="none">{word}</MarkedText>}
        aria-disabled
        title="No sender waited for an answer"
      />
    )
  }
  if (request.detail?.kind === 'handshake') {
    return <HandshakeFact request={request} handshake={request.detail.handshake} />
  }
  if (request.source?.kind === 'smee') {
    return (
      <ChannelFact request={request} host={source === undefined ? request.source.name : hostOfUrl(source.relayUrl)} />
    )
  }
  return (
    <Popover
      label="Record of the relay"
      className={styles['popover']}
      trigger={<Fact caption="Sender got" value={<MarkedText mark="delivered">Accepted</MarkedText>} />}
    >
      <h2 className={styles['title']}>Accepted by the relay</h2>
      <p className={styles['words']}>
        The relay gave the sender its input&rsquo;s answer after the request was on disk, whatever became of it here.
      </p>
      <dl className={styles['record']}>
        <dt>Received</dt>
        <dd>{exactTime(request.receivedAt)}, by the relay&rsquo;s clock</dd>
        <dt>Stored here</dt>
        <dd>{exactTime(request.storedAt)}</dd>
        <dt>Id</dt>
        <dd className={styles['mono']}>{request.uid}</dd>
        {request.relaySeq !== null && (
          <>
            <dt>Place in its bucket</dt>
            <dd>{request.relaySeq}</dd>
          </>
        )}
        <dt>Source</dt>
        <dd>{sourceName}</dd>
      </dl>
    </Popover>
  )
}

/** A public channel passes on what it has made of a request: what differs from what was sent is said, as nothing here can prove the rest. */
function ChannelFact({ request, host }: { request: RequestDetail; host: string }) {
  return (
    <Popover
      label="What the channel altered"
      className={styles['popover']}
      trigger={
        <Fact
          caption="Sender got"
          value={<MarkedText mark="client-error">200, altered</MarkedText>}
          more="on the way"
        />
      }
    >
      <h2 className={styles['title']}>Passed on by {host}</h2>
      <p className={styles['words']}>
        The channel answered the sender by itself. What it passed on is not byte for byte what was sent, so a signature
        may not match.
      </p>
      <dl className={styles['record']}>
        <dt>Body</dt>
        <dd>parsed and written anew: spacing, some numbers and doubled keys may differ</dd>
        <dt>Headers</dt>
        <dd>names in lower case, repeated ones joined</dd>
        <dt>Path</dt>
        <dd>not known; the method is always POST</dd>
        <dt>Query</dt>
        <dd>encoded anew</dd>
        <dt>Received</dt>
        <dd>{exactTime(request.receivedAt)}, by the channel&rsquo;s clock</dd>
      </dl>
    </Popover>
  )
}
