import { ChevronDown, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import type { AttemptId } from '../../../../../protocol/ids.ts'
import type { Delivery } from '../../../../../protocol/delivery.ts'
import type { RequestDetail } from '../../../../../protocol/request.ts'
import { formatDuration } from '../../../../format/duration.ts'
import { clockTime } from '../../../../format/time-ago.ts'
import { IconButton } from '../../../../parts/icon-button.tsx'
import { Mark } from '../../../../parts/mark.tsx'
import { useClock } from '../../../../store/clock.ts'
import { Explanation } from '../explanation.tsx'
import { AttemptDetail } from './attempt-detail.tsx'
import { AttemptTable } from './attempt-table.tsx'
import styles from './deliveries.module.css'
import { stateOfDelivery } from './delivery-state.ts'
import { NextStep } from './next-step.tsx'

/** A request for one target: how it stands, what can be done, and every attempt. */
export function DeliveryCard({
  request,
  delivery,
  isOpenAtFirst,
}: {
  request: RequestDetail
  delivery: Delivery
  isOpenAtFirst: boolean
}) {
  const [isOpen, setOpen] = useState(isOpenAtFirst)
  const [chosen, setChosen] = useState<AttemptId | null>(null)
  const mark = useClock((now) => stateOfDelivery(delivery, now).mark)
  const word = useClock((now) => stateOfDelivery(delivery, now).word)
  const { attempts } = delivery
  const shown = attempts.find(({ id }) => id === chosen) ?? attempts.at(-1)
  const last = attempts.at(-1)
  const took = last !== undefined && last.answer !== null ? `in ${formatDuration(last.timings.totalMs)}` : ''
  return (
    <section className={styles['card']} aria-label={`Delivery to ${delivery.url}, ${word}`}>
      <div className={styles['head']}>
        <Mark name={mark} />
        <span className={styles['url']} title={delivery.url}>
          {delivery.url}
        </span>
        <span className={styles['faint']}>{REASONS[delivery.reason]}</span>
        {!isOpen && <b>{word}</b>}
        {!isOpen && <span className={styles['faint']}>{took}</span>}
        <span className={styles['faint']}>{clockTime(delivery.createdAt)}</span>
        <IconButton
          small
          label={isOpen ? 'Hide attempts' : 'Show attempts'}
          aria-expanded={isOpen}
          className={styles['toggle']}
          icon={isOpen ? <ChevronDown size={16} /> : <ChevronRight size={16} />}
          onClick={() => setOpen(!isOpen)}
        />
      </div>
      {isOpen && <NextStep request={request} delivery={delivery} />}
      {isOpen && attempts.length === 0 && delivery.holdReason === 'nothing-listens' && (
        <div className={styles['why-held']}>
          <Explanation delivery={delivery} />
        </div>
      )}
      {isOpen && attempts.length > 0 && (
        <AttemptTable delivery={delivery} shown={shown?.id ?? null} onShow={setChosen} />
      )}
      {isOpen && shown !== undefined && <AttemptDetail key={shown.id} request={request} attempt={shown} />}
    </section>
  )
}

const REASONS = { captured: '', resend: 'resent', 'relay-redelivery': 'sent again by the relay', composed: '' } as const
