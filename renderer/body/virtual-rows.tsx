import { useVirtualizer } from '@tanstack/react-virtual'
import {
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type ComponentProps,
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  type RefObject,
} from 'react'
import styles from './body.module.css'
import { Portions } from './portions.tsx'

const ROW_PX = 20
const ABOVE_PX = 2
const BELOW_PX = 4
/** Chromium draws nothing below 33.5 million px; more rows than this come in portions. */
const MAX_ROWS = 1_650_000
/** Beyond 2^24 px places are counted in floats that are a pixel off: such rows hang on a pin at the top of what is in sight. */
const EXACT_PX = 16_000_000

type RowsProps = {
  label: string
  box: RefObject<HTMLDivElement | null>
  count: number
  /** Another text: back to its beginning. */
  resetKey: string
  row: (index: number) => ReactNode
  onShown: (from: number, to: number) => void
  /** The row under the pointer, or the one that arrows went to; -1 for none. Left out where rows are no stops. */
  current?: number
  onCurrent?: (index: number) => void
  /** Stands over the current row's end. */
  actions?: ReactNode
} & Pick<ComponentProps<'div'>, 'onCopy' | 'onPointerDown' | 'onPointerMove' | 'onPointerUp'>

/** Rows of one height, of which only those in sight exist. Made for millions. */
export function VirtualRows({
  label,
  box,
  count,
  resetKey,
  row,
  onShown,
  current = -1,
  onCurrent,
  actions,
  onPointerMove,
  ...events
}: RowsProps) {
  const [portion, setPortion] = useState({ key: resetKey, base: 0 })
  const base = portion.key === resetKey ? portion.base : 0
  const shown = Math.max(0, Math.min(count - base, MAX_ROWS))
  const virtualizer = useVirtualizer({
    count: shown,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    paddingStart: ABOVE_PX,
    paddingEnd: BELOW_PX,
    overscan: 12,
  })
  const items = virtualizer.getVirtualItems()
  const first = base + (items[0]?.index ?? 0)
  const last = base + (items.at(-1)?.index ?? -1)
  const isTall = virtualizer.getTotalSize() > EXACT_PX
  const origin = isTall ? (items[0]?.start ?? 0) : 0
  const pin = usePin(box, isTall, origin)

  useEffect(() => {
    if (last >= first) onShown(first, last + 1)
  }, [first, last, onShown])
  useEffect(() => {
    box.current?.scrollTo({ top: 0 })
  }, [resetKey, base, box])

  const point = (event: PointerEvent<HTMLDivElement>): void => {
    onPointerMove?.(event)
    const top = event.currentTarget.getBoundingClientRect().top - event.currentTarget.scrollTop + ABOVE_PX
    const index = base + Math.floor((event.clientY - top) / ROW_PX)
    if (index !== current) onCurrent?.(index < count ? index : -1)
  }
  const walk = (event: KeyboardEvent<HTMLDivElement>): void => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (onCurrent === undefined || by === 0 || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    event.stopPropagation()
    const from = current >= 0 ? current : base + Math.floor(event.currentTarget.scrollTop / ROW_PX) - Math.max(by, 0)
    const next = Math.max(base, Math.min(base + shown - 1, from + by))
    onCurrent(next)
    reveal(event.currentTarget, (next - base) * ROW_PX + ABOVE_PX)
  }
  const handlers = { onKeyDown: walk, onPointerMove: point, onMouseLeave: () => onCurrent?.(-1) }
  return (
    <>
      <div ref={box} className={styles['code']} role="region" aria-label={label} tabIndex={0} {...events} {...handlers}>
        <div className={styles['sheet']} style={{ height: virtualizer.getTotalSize() }}>
          <div ref={pin} className={isTall ? styles['pin'] : undefined}>
            {items.map((item) => (
              <div key={item.key} className={styles['slot']} style={{ top: item.start - origin }}>
                {row(base + item.index)}
              </div>
            ))}
            {current >= first && current <= last && (
              <div className={styles['actions']} style={{ top: (current - base) * ROW_PX + ABOVE_PX - origin }}>
                {actions}
              </div>
            )}
          </div>
        </div>
      </div>
      {count > MAX_ROWS && (
        <Portions
          base={base}
          shown={shown}
          count={count}
          onTurn={(by) => setPortion({ key: resetKey, base: base + by * MAX_ROWS })}
        />
      )}
    </>
  )
}

/** Keeps the pin's rows where scrolling would have them, by numbers that stay small. */
function usePin(
  box: RefObject<HTMLDivElement | null>,
  isTall: boolean,
  origin: number,
): RefObject<HTMLDivElement | null> {
  const pin = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const [scroller, pinned] = [box.current, pin.current]
    if (scroller === null || pinned === null || !isTall) return
    const place = (): void => {
      pinned.style.transform = `translateY(${origin - scroller.scrollTop}px)`
    }
    place()
    scroller.addEventListener('scroll', place, { passive: true })
    return () => {
      scroller.removeEventListener('scroll', place)
      pinned.style.transform = ''
    }
  }, [box, isTall, origin])
  return pin
}

function reveal(box: HTMLDivElement, top: number): void {
  if (top < box.scrollTop) box.scrollTo({ top: top - ABOVE_PX })
  else if (top + ROW_PX > box.scrollTop + box.clientHeight)
    box.scrollTo({ top: top + ROW_PX + BELOW_PX - box.clientHeight })
}
