import { clsx } from 'clsx'
import type { ReactNode, Ref } from 'react'
import { Tooltip } from '../parts/tooltip.tsx'
import styles from './rail-item.module.css'

/** A line of the rail. Narrow, it is its mark over `short`, with the rest in the tooltip. */
export function RailItem({
  icon,
  label,
  sub,
  short,
  isCurrent,
  isFallbackStop = false,
  count,
  tone = 'plain',
  onPick,
  ref,
}: {
  icon: ReactNode
  label: string
  /** Fainter, after the label. */
  sub?: string | undefined
  /** Initials or a port, for the narrow rail. */
  short?: string | undefined
  isCurrent: boolean
  /** Where Tab lands when no line of the rail is the current one. */
  isFallbackStop?: boolean
  count?: string | undefined
  /** What the count means: something unread, something failed, or only a number. */
  tone?: 'new' | 'bad' | 'plain'
  onPick: () => void
  ref?: Ref<HTMLButtonElement>
}) {
  const hasNews = count !== undefined && tone !== 'plain'
  return (
    <Tooltip content={sub === undefined || sub === '' ? label : `${label}, ${sub}`} side="right">
      <button
        ref={ref}
        type="button"
        data-rail-stop
        aria-current={isCurrent ? 'page' : undefined}
        tabIndex={isCurrent || isFallbackStop ? 0 : -1}
        className={clsx(styles['item'], isCurrent && styles['current'], short !== undefined && styles['tall'])}
        onClick={onPick}
      >
        {icon}
        {short !== undefined && (
          <span className={styles['short']} aria-hidden>
            {short}
          </span>
        )}
        <span className={styles['label']}>
          {label} {sub !== undefined && <span className={styles['sub']}>{sub}</span>}
        </span>
        {count !== undefined && (
          <span className={clsx(styles['count'], styles[tone])}>
            {count}
            {tone === 'new' && <span className="visually-hidden"> unread</span>}
          </span>
        )}
        {hasNews && <span className={clsx(styles['dot'], styles[`${tone}-dot`])} />}
      </button>
    </Tooltip>
  )
}
