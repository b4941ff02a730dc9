import { clsx } from 'clsx'
import { useId, type ReactNode } from 'react'
import styles from './doors.module.css'

export type DoorName = 'computer' | 'channel' | 'relay' | 'tunnel'

export type DoorFrameProps = {
  readonly isChosen: boolean
  readonly onChoose: () => void
}

/** One way in: its name is the radio button's, what is focused in it chooses it as well. The foot says what was proven, or what to know. */
export function Door({
  name,
  icon,
  title,
  aside,
  text,
  foot,
  isChosen,
  onChoose,
  children,
}: DoorFrameProps & {
  readonly name: DoorName
  readonly icon: ReactNode
  readonly title: string
  readonly aside: ReactNode
  readonly text: ReactNode
  readonly foot: ReactNode
  readonly children: ReactNode
}) {
  const id = useId()
  return (
    <section className={clsx(styles['door'], isChosen && styles['on'])} aria-label={title}>
      <div className={styles['top']}>
        <input
          type="radio"
          name="way-in"
          value={name}
          id={id}
          className={styles['radio']}
          checked={isChosen}
          onChange={onChoose}
        />
        {icon}
        <h2>
          <label htmlFor={id}>{title}</label>
        </h2>
        <span className={styles['aside']}>{aside}</span>
      </div>
      <p>{text}</p>
      <div className={styles['fields']}>{children}</div>
      <div className={styles['foot']} aria-live="polite">
        {foot}
      </div>
    </section>
  )
}
