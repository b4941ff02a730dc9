import { RotateCw } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Delivery } from '../../../../../protocol/delivery.ts'
import type { DeliveryId } from '../../../../../protocol/ids.ts'
import type { RequestDetail } from '../../../../../protocol/request.ts'
import { ask } from '../../../../bridge.ts'
import { capitalise } from '../../../../format/delivery-words.ts'
import { hostOfUrl } from '../../../../format/path.ts'
import { clockTime, countdown } from '../../../../format/time-ago.ts'
import { Button } from '../../../../parts/button.tsx'
import { useClock } from '../../../../store/clock.ts'
import { resendRequest } from '../../../../store/request-verbs.ts'
import { showFailure } from '../../../../store/toast.ts'
import styles from './deliveries.module.css'
import { stateOfDelivery } from './delivery-state.ts'

/** What becomes of a delivery that is not done, and what a person can do about it. Nothing for one that was answered. */
export function NextStep({ request, delivery }: { request: RequestDetail; delivery: Delivery }) {
  const wait = useClock((now) =>
    delivery.nextAttemptAt === null ? 'soon' : `in ${countdown(delivery.nextAttemptAt, now)}`,
  )
  const tryNow = (
    <Button small onClick={() => void tell(ask('deliveries:try-now', { id: delivery.id }))}>
      Try now
    </Button>
  )
  switch (delivery.state) {
    case 'retrying':
      return (
        <Step tone="warn" title={`Next try ${wait}`} text={`attempt ${delivery.attempts.length + 1}`}>
          {tryNow}
          <Cancel id={delivery.id}>Stop retrying</Cancel>
        </Step>
      )
    case 'held':
      return (
        <Step tone="hold" title="Held" text={HOLD_SENTENCES[delivery.holdReason ?? 'target']}>
          {delivery.holdReason === 'nothing-listens' && tryNow}
          <Cancel id={delivery.id}>Cancel</Cancel>
        </Step>
      )
    case 'queued':
      return (
        <Step tone="hold" title="Queued" text="Waits for its turn at this target">
          <Cancel id={delivery.id}>Cancel</Cancel>
        </Step>
      )
    case 'sending':
      return (
        <Step tone="accent" title="Sending" text="No answer yet">
          <Cancel id={delivery.id}>Cancel</Cancel>
        </Step>
      )
    case 'outcome-unknown':
      return <OutcomeUnknown request={request} delivery={delivery} />
    case 'failed':
    case 'given-up':
    case 'cancelled':
    case 'skipped':
      return (
        <Step
          tone={delivery.state === 'failed' || delivery.state === 'given-up' ? 'fail' : 'hold'}
          title={capitalise(stateOfDelivery(delivery, 0).word)}
          text={ENDED[delivery.state]}
        >
          <SendAgain request={request} delivery={delivery} />
        </Step>
      )
    case 'answered':
      return null
  }
}

const HOLD_SENTENCES = {
  forwarding: 'Forwarding is off. It waits in order.',
  source: 'Its source is on hold. It waits in order.',
  target: 'The target is on hold. It waits in order.',
  'nothing-listens': 'Goes out, in order, when somebody listens',
} as const

const ENDED = {
  failed: 'It is not tried again by itself',
  'given-up': 'That was the last attempt',
  cancelled: 'It was not sent',
  skipped: 'It was not sent',
} as const

function Step({ tone, title, text, children }: { tone: string; title: string; text: string; children: ReactNode }) {
  return (
    <div className={styles['step']}>
      <b className={styles[tone]}>{title}</b>
      <span className={styles['step-text']}>{text}</span>
      <span className={styles['grow']} />
      {children}
    </div>
  )
}

function Cancel({ id, children }: { id: DeliveryId; children: ReactNode }) {
  return (
    <Button small kind="quiet" onClick={() => void tell(ask('deliveries:cancel', { id }))}>
      {children}
    </Button>
  )
}

function SendAgain({ request, delivery }: { request: RequestDetail; delivery: Delivery }) {
  return (
    <Button
      small
      icon={<RotateCw size={14} />}
      offReason={delivery.targetId === null ? 'The target was removed' : null}
      onClick={() => void resendRequest(request.id, delivery.targetId)}
    >
      Send it again
    </Button>
  )
}

function OutcomeUnknown({ request, delivery }: { request: RequestDetail; delivery: Delivery }) {
  const startedAt = delivery.attempts.at(-1)?.startedAt ?? delivery.createdAt
  return (
    <div className={styles['unknown']}>
      <b className={styles['warn']}>Outcome unknown</b>
      <p>
        Creel was sending when it stopped, begun at {clockTime(startedAt)}, so the answer never reached it.{' '}
        {hostOfUrl(delivery.url)} may have taken the request or not.
      </p>
      <p className={styles['faint']}>
        It is not sent again by itself, so that nothing happens twice. Look at your server first, then choose.
      </p>
      <div>
        <SendAgain request={request} delivery={delivery} />
      </div>
    </div>
  )
}

async function tell(asked: ReturnType<typeof ask<'deliveries:cancel' | 'deliveries:try-now'>>): Promise<void> {
  const done = await asked
  if (!done.ok) showFailure(done.error)
}
