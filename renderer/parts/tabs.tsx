import { clsx } from 'clsx'
import { useRef, type KeyboardEvent } from 'react'
import styles from './tabs.module.css'

export type Tab<Value extends string> = {
  readonly value: Value
  readonly label: string
  readonly count?: number | undefined
}

/** The tabs alone: one stop for Tab, arrows choose. The panel is the caller's, with id `${idPrefix}-panel` and `aria-labelledby`. */
export function Tabs<Value extends string>({
  label,
  idPrefix,
  tabs,
  value,
  onChange,
}: {
  label: string
  idPrefix: string
  tabs: readonly Tab<Value>[]
  value: Value
  onChange: (value: Value) => void
}) {
  const list = useRef<HTMLDivElement>(null)
  const move = (event: KeyboardEvent) => {
    const next =
      tabs[
        indexAfterKey(
          event.key,
          tabs.findIndex((tab) => tab.value === value),
          tabs.length,
        )
      ]
    if (next === undefined) return
    event.preventDefault()
    onChange(next.value)
    list.current?.querySelector<HTMLElement>(`#${tabId(idPrefix, next.value)}`)?.focus()
  }
  return (
    <div ref={list} className={styles['tabs']} role="tablist" aria-label={label}>
      {tabs.map((tab) => (
        <button
          key={tab.value}
          id={tabId(idPrefix, tab.value)}
          type="button"
          role="tab"
          aria-selected={tab.value === value}
          aria-controls={`${idPrefix}-panel`}
          tabIndex={tab.value === value ? 0 : -1}
          className={clsx(styles['tab'], tab.value === value && styles['on'])}
          onClick={() => onChange(tab.value)}
          onKeyDown={move}
        >
          {tab.label}
          {tab.count !== undefined && <span className={styles['count']}>{tab.count}</span>}
        </button>
      ))}
    </div>
  )
}

export function tabId(idPrefix: string, value: string): string {
  return `${idPrefix}-tab-${value}`
}

function indexAfterKey(key: string, at: number, length: number): number {
  if (key === 'ArrowRight') return (at + 1) % length
  if (key === 'ArrowLeft') return (at - 1 + length) % length
  if (key === 'Home') return 0
  if (key === 'End') return length - 1
  return -1
}
