import type { HandshakeDetail, RequestDetail } from '../../../../protocol/request.ts'
import { senderName } from '../../../format/request-words.ts'
import { exactTime } from '../../../format/time-ago.ts'
import { MarkedText } from '../../../parts/mark.tsx'
import { Popover } from '../../../parts/popover.tsx'
import { Fact } from './fact.tsx'
import styles from './facts.module.css'
import { HandshakeSecret } from './handshake-secret.tsx'

/** A sender's check of the address: what the relay answered to it by itself. */
export function HandshakeFact({ request, handshake }: { request: RequestDetail; handshake: HandshakeDetail }) {
  const { status, headers, body, note } = handshake
  return (
    <Popover
      label="Answer of the relay"
      className={styles['popover']}
      trigger={
        <Fact
          caption="Sender got"
          value={<MarkedText mark={status < 300 ? 'delivered' : 'client-error'}>{status}, a check</MarkedText>}
        />
      }
    >
      <h2 className={styles['title']}>Answered by the relay</h2>
      <p className={styles['words']}>
        {senderName(handshake.sender)} asked whether this address is yours. The input lets the relay answer that by
        itself; a check is never forwarded.
      </p>
      <dl className={styles['record']}>
        <dt>Status</dt>
        <dd>{status}</dd>
        {headers.map(([name, value], at) => (
          <HeaderOf key={at} name={name} value={value} />
        ))}
        <dt>Body</dt>
        <dd className={styles['mono']}>{body === '' ? 'empty' : body}</dd>
        {note !== undefined && (
          <>
            <dt>Note</dt>
            <dd>{note}</dd>
          </>
        )}
        <dt>Received</dt>
        <dd>{exactTime(request.receivedAt)}, by the relay&rsquo;s clock</dd>
      </dl>
      <HandshakeSecret request={request} />
    </Popover>
  )
}

function HeaderOf({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd className={styles['mono']}>{value}</dd>
    </>
  )
}
