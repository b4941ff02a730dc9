import type { Delivery } from '../../../../../protocol/delivery.ts'
import type { RequestFull } from '../../../../../protocol/ipc.ts'
import { BodyNotice } from '../../../../body/body-notice.tsx'
import { countOf } from '../../../../format/bytes.ts'
import lines from '../lines.module.css'
import { Copies } from './copies.tsx'
import styles from './deliveries.module.css'
import { DeliveryCard } from './delivery-card.tsx'

/** One card for each target that the request goes to; below them, what was resent or made from it. */
export function DeliveriesTab({ full, deliveries }: { full: RequestFull; deliveries: readonly Delivery[] }) {
  const { request, children } = full
  const first = deliveries.filter(({ reason }) => reason !== 'resend')
  const resent = deliveries.filter(({ reason }) => reason === 'resend').toReversed()
  const attempts = deliveries.reduce((sum, delivery) => sum + delivery.attempts.length, 0)
  const opened = [...resent, ...first].find((delivery) => !isFine(delivery)) ?? resent[0] ?? first[0]
  if (deliveries.length === 0 && children.length === 0) {
    return (
      <BodyNotice
        title="No deliveries"
        text="Its source had no target when it came. Add one to the source, then resend it with R."
      />
    )
  }
  return (
    <div className={lines['tab']}>
      <div className={lines['bar']}>
        <span className={lines['count']}>
          {countOf(deliveries.length, 'delivery', 'deliveries')}, {countOf(attempts, 'attempt')}
        </span>
      </div>
      <div className={styles['cards']} role="region" aria-label="Deliveries" tabIndex={0}>
        {first.map((delivery) => (
          <DeliveryCard key={delivery.id} request={request} delivery={delivery} isOpenAtFirst={delivery === opened} />
        ))}
        {resent.length + children.length > 0 && (
          <h3 className={styles['section']}>
            Resent from this request <span>{resent.length + children.length}</span>
          </h3>
        )}
        {resent.map((delivery) => (
          <DeliveryCard key={delivery.id} request={request} delivery={delivery} isOpenAtFirst={delivery === opened} />
        ))}
        {children.length > 0 && <Copies requests={children} />}
      </div>
    </div>
  )
}

function isFine(delivery: Delivery): boolean {
  const status = delivery.attempts.at(-1)?.answer?.status
  return delivery.state === 'answered' && status !== undefined && status < 300
}
