import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useState, type ComponentProps, type ReactNode, type RefObject } from 'react'
import { Button } from '../parts/button.tsx'
import { formatCount } from '../format/bytes.ts'
import styles from './body.module.css'

export const ROW_PX = 20
/** Chromium draws nothing below 33.5 million px; more rows than this come in portions. */
const MAX_ROWS = 1_650_000

/** Rows of one height, of which only those in sight exist. Made for millions. */
export function VirtualRows({
  label,
  box,
  count,
  resetKey,
  row,
  onShown,
  overlay,
  ...events
}: {
  label: string
  box: RefObject<HTMLDivElement | null>
  count: number
  /** Another text: back to its beginning. */
  resetKey: string
  row: (index: number) => ReactNode
  onShown: (from: number, to: number) => void
  overlay?: (topOf: (index: number) => number) => ReactNode
} & Pick<
  ComponentProps<'div'>,
  'onKeyDown' | 'onCopy' | 'onPointerMove' | 'onPointerDown' | 'onPointerUp' | 'onMouseLeave'
>) {
  const [base, setBase] = useState(0)
  const shown = Math.min(count - base, MAX_ROWS)
  const virtualizer = useVirtualizer({
    count: Math.max(0, shown),
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  })
  const items = virtualizer.getVirtualItems()
  const first = base + (items[0]?.index ?? 0)
  const last = base + (items.at(-1)?.index ?? -1)

  useEffect(() => {
    if (last >= first) onShown(first, last + 1)
  }, [first, last, onShown])
  useEffect(() => {
    setBase(0)
    box.current?.scrollTo({ top: 0 })
  }, [resetKey, box])

  const turn = (by: number): void => {
    setBase((at) => Math.max(0, at + by))
    box.current?.scrollTo({ top: 0 })
  }
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keys */}
      <div ref={box} className={styles['code']} role="region" aria-label={label} tabIndex={0} {...events}>
        <div className={styles['sheet']} style={{ height: virtualizer.getTotalSize() }}>
          {items.map((item) => (
            <div key={item.key} className={styles['slot']} style={{ top: item.start }}>
              {row(base + item.index)}
            </div>
          ))}
          {overlay?.((index) => (index - base) * ROW_PX)}
        </div>
      </div>
      {count > MAX_ROWS && (
        <div className={styles['portion']}>
          <span>
            Rows {formatCount(base + 1)} to {formatCount(base + shown)} of {formatCount(count)}
          </span>
          <Button
            small
            kind="quiet"
            offReason={base === 0 ? 'These are the first' : null}
            onClick={() => turn(-MAX_ROWS)}
          >
            Show those before
          </Button>
          <Button
            small
            kind="quiet"
            offReason={base + shown >= count ? 'These are the last' : null}
            onClick={() => turn(MAX_ROWS)}
          >
            Show the next ones
          </Button>
        </div>
      )}
    </>
  )
}
