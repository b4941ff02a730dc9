import type { ReactNode } from 'react'
import styles from './step.module.css'

export function Step({
  number,
  title,
  text,
  children,
}: {
  number: number
  title: string
  text: string
  children: ReactNode
}) {
  return (
    <section className={styles['step']} aria-label={title}>
      <span className={styles['number']} aria-hidden>
        {number}
      </span>
      <div className={styles['body']}>
        <h2>{title}</h2>
        <p>{text}</p>
        {children}
      </div>
    </section>
  )
}
