import { clsx } from 'clsx'
import { useRef, type KeyboardEvent, type PointerEvent } from 'react'
import styles from './splitter.module.css'

const STEP = 16

/**
 * Changes the width of what stands before it: drag, arrows by 16 px, double click for the first size. Widths in CSS px, kept whatever the
 * window's own width does, which is why this is no percentage-based pane library.
 */
export function Splitter({
  label,
  value,
  min,
  max,
  onChange,
  onReset,
  className,
}: {
  label: string
  value: number
  min: number
  max: number
  onChange: (value: number) => void
  onReset: () => void
  className?: string | undefined
}) {
  const drag = useRef<{ readonly x: number; readonly value: number } | null>(null)
  const put = (next: number) => onChange(Math.min(Math.max(next, min), max))
  const start = (event: PointerEvent<HTMLDivElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId)
    drag.current = { x: event.clientX, value }
  }
  const move = (event: PointerEvent) => {
    if (drag.current !== null) put(drag.current.value + event.clientX - drag.current.x)
  }
  const press = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? STEP : event.key === 'ArrowLeft' ? -STEP : 0
    if (step === 0) return
    event.preventDefault()
    put(value + step)
  }
  // A separator that takes the focus is a widget (ARIA 1.2), and has arrows.
  return (
    <div
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation="vertical"
      aria-valuenow={Math.round(value)}
      aria-valuemin={min}
      aria-valuemax={Math.round(max)}
      className={clsx(styles['splitter'], className)}
      onPointerDown={start}
      onPointerMove={move}
      onPointerUp={() => (drag.current = null)}
      onDoubleClick={onReset}
      onKeyDown={press}
    />
  )
}
