import { clsx } from 'clsx'
import type { ReactNode, Ref } from 'react'
import { ExactText } from '../../../body/exact-text.tsx'
import { copyText } from '../../../bridge.ts'
import { CopyButton } from '../../../parts/copy-button.tsx'
import styles from './lines.module.css'

/** A numbered line of name and value, as headers and pairs are shown, with a copy button that shifts nothing. */
export function ListedLine({
  ref,
  number,
  name,
  value,
  shown = value,
  tags = [],
  tone,
  children,
}: {
  ref?: Ref<HTMLDivElement>
  number: number
  name: string
  /** What copying gives. */
  value: string
  /** What is read, where that differs: a masked secret. */
  shown?: string
  tags?: readonly ReactNode[]
  tone?: 'ok' | 'fail' | 'hold' | undefined
  /** Hangs under the line. */
  children?: ReactNode
}) {
  return (
    <li>
      <div ref={ref} className={clsx(styles['line'], tone !== undefined && styles[tone])} tabIndex={-1}>
        <span className={styles['number']} aria-hidden>
          {number}
        </span>
        <span className={styles['name']}>
          <ExactText text={name} />
        </span>
        <span className={styles['value']}>
          <span className={clsx(shown !== value && styles['masked'])}>
            <ExactText text={shown} />
          </span>
          {tags.map((tag, at) => (
            <span key={at} className={styles['tag']}>
              {tag}
            </span>
          ))}
        </span>
        <CopyButton small className={styles['copy']} label={`Copy the value of ${name}`} copy={() => copyText(value)} />
      </div>
      {children}
    </li>
  )
}
