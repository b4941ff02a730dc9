import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import styles from './mark.module.css'

export type Tone = 'ok' | 'warn' | 'fail' | 'hold' | 'accent'

const TONES = {
  delivered: 'ok',
  'client-error': 'warn',
  'server-error': 'fail',
  'no-answer': 'fail',
  'given-up': 'fail',
  retrying: 'warn',
  held: 'hold',
  queued: 'hold',
  sending: 'accent',
  skipped: 'hold',
  cancelled: 'hold',
  'outcome-unknown': 'warn',
  rejected: 'fail',
  gap: 'warn',
  live: 'ok',
  reconnecting: 'warn',
  'nothing-listens': 'fail',
  refused: 'fail',
  disconnected: 'hold',
  none: 'hold',
} as const satisfies Record<string, Tone>

/** A state of a request, a delivery, a source or a target. Each has a shape of its own; the colour only repeats it. */
export type MarkName = keyof typeof TONES

export function toneOfMark(name: MarkName): Tone {
  return TONES[name]
}

const RING = <circle cx="7" cy="7" r="5.6" />
const BOX = <rect x="1.5" y="1.5" width="11" height="11" rx="2.6" />
const DISC = <circle className={styles['fill']} cx="7" cy="7" r="6.2" />

function ring(inside: ReactNode): ReactNode {
  return (
    <>
      {RING}
      {inside}
    </>
  )
}

function box(d: string): ReactNode {
  return (
    <>
      {BOX}
      <path d={d} />
    </>
  )
}

const SHAPES: Record<MarkName, ReactNode> = {
  delivered: (
    <>
      {DISC}
      <path className={styles['cut']} d="M4.3 7.3 6.3 9.3 9.8 5.2" />
    </>
  ),
  'client-error': (
    <>
      <path className={styles['fill']} d="M7 1.6 13 12.2H1z" stroke="currentColor" strokeWidth="1.4" />
      <path className={styles['cut']} d="M7 5.6v2.6M7 10.3v.1" />
    </>
  ),
  'server-error': (
    <>
      <rect className={styles['fill']} x=".9" y=".9" width="12.2" height="12.2" rx="3" />
      <path className={styles['cut']} d="m4.7 4.7 4.6 4.6M9.3 4.7 4.7 9.3" />
    </>
  ),
  'no-answer': box('m5 5 4 4M9 5 5 9'),
  'given-up': box('M4.6 7h4.8'),
  retrying: ring(<path d="M7 4v3l2 1.4" />),
  held: ring(<path d="M5.4 5v4M8.6 5v4" />),
  queued: <circle cx="7" cy="7" r="5.6" strokeDasharray="2 2.4" />,
  sending: (
    <g className={styles['turn']}>
      <circle cx="7" cy="7" r="5.6" opacity=".3" />
      <path d="M7 1.4A5.6 5.6 0 0 1 12.6 7" />
    </g>
  ),
  skipped: ring(<path d="m4.7 4.9 2.1 2.1-2.1 2.1M7.5 4.9 9.6 7 7.5 9.1" strokeWidth="1.3" />),
  cancelled: ring(<path d="m3.4 10.6 7.2-7.2" />),
  'outcome-unknown': ring(<path d="M5.5 5.6A1.55 1.55 0 1 1 7 7.3v.6M7 10v.1" strokeWidth="1.4" />),
  rejected: (
    <>
      {DISC}
      <path className={styles['cut']} d="M4 7h6" />
    </>
  ),
  gap: <path d="M1 7h2.5M10.5 7H13M5.2 3.5v7M8.8 3.5v7" />,
  live: <circle className={styles['fill']} cx="7" cy="7" r="4.2" />,
  reconnecting: <path className={styles['turn-slowly']} d="M7 2.8A4.2 4.2 0 1 1 2.8 7" strokeWidth="1.8" />,
  'nothing-listens': <circle cx="7" cy="7" r="3.9" />,
  refused: <path d="m3.8 3.8 6.4 6.4M10.2 3.8 3.8 10.2" strokeWidth="2" />,
  disconnected: <path d="M5.2 4.2H4a2.8 2.8 0 0 0 0 5.6h1.2M8.8 4.2H10a2.8 2.8 0 0 1 0 5.6H8.8" />,
  none: <path d="M3.5 7h7" />,
}

/** The shape alone, hidden from screen readers unless `label` names it: a word stands beside it nearly everywhere. */
export function Mark({ name, label, className }: { name: MarkName; label?: string; className?: string | undefined }) {
  return (
    <svg
      className={clsx(styles['mark'], styles[TONES[name]], className)}
      viewBox="0 0 14 14"
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      {SHAPES[name]}
    </svg>
  )
}

/** A mark and its word in the tone of the mark. */
export function MarkedText({
  mark,
  children,
  className,
}: {
  mark: MarkName
  children: ReactNode
  className?: string | undefined
}) {
  return (
    <span className={clsx(styles['marked'], styles[`${TONES[mark]}-text`], className)}>
      <Mark name={mark} />
      <span className={styles['word']}>{children}</span>
    </span>
  )
}
