import { RotateCw } from 'lucide-react'
import type { Delivery, DeliveryFailure, ListeningPort } from '../../../../protocol/delivery.ts'
import type { Target, TargetStatus } from '../../../../protocol/target.ts'
import { countOf } from '../../../format/bytes.ts'
import { hostOfUrl } from '../../../format/path.ts'
import { countdown } from '../../../format/time-ago.ts'
import { Button } from '../../../parts/button.tsx'
import { Mark } from '../../../parts/mark.tsx'
import { useClock } from '../../../store/clock.ts'
import { probeTarget, updateTargetOrTell, useTarget, useTargetStatus } from '../../../store/targets.ts'
import { setView, showScreen } from '../../../store/view.ts'
import { LinkButton } from '../../../parts/link-button.tsx'
import styles from './explanation.module.css'

/** The delivery that a reader will ask about first: the newest that waits for a listener or ended without an answer. */
export function deliveryToExplain(deliveries: readonly Delivery[]): Delivery | undefined {
  return deliveries.findLast(
    (delivery) =>
      (delivery.state === 'held' && delivery.holdReason === 'nothing-listens') ||
      ((delivery.state === 'failed' || delivery.state === 'retrying') && lastFailure(delivery) !== null),
  )
}

/** Why a delivery got no answer, what was tried and what to do. Stands under the tabs, above the content. */
export function Explanation({ delivery }: { delivery: Delivery }) {
  const target = useTarget(delivery.targetId)
  const status = useTargetStatus(delivery.targetId)
  const failure = lastFailure(delivery)
  const isDown = delivery.holdReason === 'nothing-listens' || failure?.code === 'nothing-listens'
  const ports = isDown ? (status?.listening.length ? status.listening : (failure?.listening ?? [])) : []
  const host = hostOfUrl(delivery.url)
  return (
    <div className={styles['note']} role="note" aria-label="Why there is no answer">
      <div className={styles['title']}>
        <Mark name="no-answer" />
        {isDown ? `Nothing is listening on ${host}` : `No answer from ${host}`}
      </div>
      <p className={styles['words']}>
        {describeTried(failure)} {isDown ? <Waiting status={status} /> : `${sentence(failure?.message ?? '')} `}
        {ports.length > 0 && 'These ports are open:'}
      </p>
      {ports.length > 0 && <Ports ports={ports} target={target} />}
      <div className={styles['verbs']}>
        {isDown && target !== undefined && (
          <Button small icon={<RotateCw size={14} />} onClick={() => void probeTarget(target.id)}>
            Look now
          </Button>
        )}
        {delivery.attempts.length > 0 && (
          <Button small kind="quiet" onClick={() => setView({ tab: 'deliveries' })}>
            Show the attempts
          </Button>
        )}
        <span className={styles['grow']} />
        {target !== undefined && (
          <LinkButton onClick={() => showScreen({ kind: 'target', id: target.id })}>Target settings</LinkButton>
        )}
      </div>
    </div>
  )
}

function Waiting({ status }: { status: TargetStatus | undefined }) {
  const nextProbeAt = status?.nextProbeAt ?? null
  const look = useClock((now) => (nextProbeAt === null ? '' : `; next look in ${countdown(nextProbeAt, now)}`))
  const waiting = (status?.held ?? 0) + (status?.queued ?? 0)
  if (waiting === 0) return null
  const wait =
    waiting === 1
      ? '1 delivery waits and goes out'
      : `${countOf(waiting, 'delivery', 'deliveries')} wait in order and go out`
  return `${wait} when it is back${look}. `
}

/** Ports that do listen; a click points the target there. */
function Ports({ ports, target }: { ports: readonly ListeningPort[]; target: Target | undefined }) {
  return (
    <div className={styles['ports']}>
      {ports.slice(0, 12).map(({ port, process }) => (
        <Button
          key={port}
          small
          offReason={target === undefined ? 'The target was removed' : null}
          aria-label={`${port}${process === null ? '' : ` ${process}`}: point the target here`}
          onClick={() =>
            target !== undefined && void updateTargetOrTell({ id: target.id, url: withPort(target.url, port) })
          }
        >
          <span className={styles['port']}>{port}</span>{' '}
          {process !== null && <span className={styles['process']}>{process}</span>}
        </Button>
      ))}
      {ports.length > 12 && <span className={styles['words']}>and {ports.length - 12} more</span>}
    </div>
  )
}

/** The same URL with another port; the rest stays as it is written. */
export function withPort(url: string, port: number): string {
  return url.replace(/^(https?:\/\/(?:\[[^\]]*\]|[^/?#:]+))(?::\d+)?/i, `$1:${port}`)
}

export function lastFailure(delivery: Delivery): DeliveryFailure | null {
  return delivery.attempts.at(-1)?.failure ?? null
}

/** "Tried 127.0.0.1:8025 and [::1]:8025, both refused." Empty when nothing is known of addresses. */
export function describeTried(failure: DeliveryFailure | null): string {
  if (failure === null || failure.tried.length === 0) return ''
  const outcomes = new Set(failure.tried.map(({ outcome }) => outcome))
  const only = outcomes.size === 1 ? failure.tried[0]?.outcome : undefined
  if (only === undefined)
    return `Tried ${failure.tried.map((tried) => `${tried.address} (${tried.outcome})`).join(' and ')}.`
  const all = failure.tried.length === 1 ? only : failure.tried.length === 2 ? `both ${only}` : `all ${only}`
  return `Tried ${failure.tried.map(({ address }) => address).join(' and ')}, ${all}.`
}

/** A message as a sentence of its own. */
export function sentence(text: string): string {
  const trimmed = text.trim()
  if (trimmed === '') return ''
  // A sentence may begin with a host, which has no capital.
  const isWord = /^[a-z]+(\s|$)/.test(trimmed)
  const begun = isWord ? trimmed.charAt(0).toUpperCase() + trimmed.slice(1) : trimmed
  return `${begun}${/[.!?]$/.test(begun) ? '' : '.'}`
}
