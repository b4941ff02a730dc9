import { useVirtualizer } from '@tanstack/react-virtual'
import { clsx } from 'clsx'
import { useRef, useState, type KeyboardEvent, type MouseEvent } from 'react'
import bodyStyles from '../../body/body.module.css'
import { BYTES_PER_ROW, hexRow, offsetDigits } from '../../body/hex-lines.ts'
import type { Bytes } from '../../format/exact-text.ts'
import { editByte, type HexCursor } from './edit-byte.ts'
import styles from './hex-editor.module.css'

const ROW_PX = 20

/** Bytes to edit: digits write over, Insert makes room for a byte, Delete and Backspace take one out; behind the end they are added. */
export function HexEditor({
  label,
  bytes,
  onChange,
}: {
  label: string
  bytes: Bytes
  onChange: (bytes: Bytes) => void
}) {
  const box = useRef<HTMLDivElement>(null)
  const [cursor, setCursor] = useState<HexCursor>({ at: 0, isLow: false })
  // One more than there are bytes: the place where the next one is added.
  const count = Math.floor(bytes.length / BYTES_PER_ROW) + 1
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    paddingStart: 6,
    paddingEnd: 6,
    overscan: 8,
  })
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const rows = Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / ROW_PX) - 1)
    const edited = editByte(bytes, cursor, event.key, rows)
    if (edited === null) return
    event.preventDefault()
    if (edited.bytes !== bytes) onChange(edited.bytes)
    setCursor(edited.cursor)
    virtualizer.scrollToIndex(Math.floor(edited.cursor.at / BYTES_PER_ROW), { align: 'auto' })
  }
  const pick = (event: MouseEvent) => {
    const cell = event.target instanceof Element ? event.target.closest('[data-offset]') : null
    const at = Number(cell?.getAttribute('data-offset') ?? Number.NaN)
    if (Number.isInteger(at)) setCursor({ at: Math.min(at, bytes.length), isLow: false })
  }
  return (
    <div
      ref={box}
      role="grid"
      tabIndex={0}
      data-first-stop
      aria-label={label}
      aria-rowcount={count}
      aria-activedescendant={cellId(cursor.at)}
      className={clsx(bodyStyles['code'], styles['grid'])}
      onKeyDown={press}
      onMouseDown={pick}
    >
      <div role="rowgroup" className={styles['sheet']} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => (
          <Row key={item.key} index={item.index} top={item.start} bytes={bytes} cursor={cursor} />
        ))}
      </div>
    </div>
  )
}

function cellId(at: number): string {
  return `hex-${at}`
}

function Row({ index, top, bytes, cursor }: { index: number; top: number; bytes: Bytes; cursor: HexCursor }) {
  const offset = index * BYTES_PER_ROW
  const row = hexRow(offset, bytes.subarray(offset, offset + BYTES_PER_ROW), offsetDigits(bytes.length))
  const look = (at: number, kind: string) =>
    clsx(bodyStyles[`byte-${kind}`], offset + at === cursor.at && styles[cursor.isLow ? 'at-low' : 'at'])
  return (
    <div role="row" aria-rowindex={index + 1} className={styles['row']} style={{ transform: `translateY(${top}px)` }}>
      <div role="rowheader" className={bodyStyles['offset']}>
        {row.offset}
      </div>
      {row.bytes.map(({ hex, kind }, at) => (
        <div
          key={at}
          id={cellId(offset + at)}
          role="gridcell"
          aria-selected={offset + at === cursor.at}
          data-offset={offset + at}
          className={clsx(styles['byte'], look(at, kind))}
        >
          {hex}
        </div>
      ))}
      <div role="gridcell" className={styles['ascii']}>
        {row.bytes.map(({ ascii, kind }, at) => (
          <span key={at} data-offset={offset + at} className={look(at, kind)}>
            {ascii}
          </span>
        ))}
      </div>
    </div>
  )
}
