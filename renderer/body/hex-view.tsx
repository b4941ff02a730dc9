import { clsx } from 'clsx'
import { useCallback, useRef, useState, type PointerEvent } from 'react'
import { copyText } from '../bridge.ts'
import { countOf } from '../format/bytes.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import styles from './body.module.css'
import { fetchBytes, useBytes } from './byte-pages.ts'
import { BYTES_PER_ROW, hexRow, offsetDigits, type HexByte } from './hex-lines.ts'
import { VirtualRows } from './virtual-rows.tsx'

type Stretch = { readonly url: string; readonly from: number; readonly to: number }

/** More selected bytes than this are not for a clipboard. */
const MAX_COPIED = 262_144

/** The exact bytes: offset, hex and characters. One selection shows in both columns. */
export function HexView({ url, total, label }: { url: string; total: number; label: string }) {
  const box = useRef<HTMLDivElement>(null)
  const { bytesAt, show, failed } = useBytes(url)
  const [selected, setSelected] = useState<Stretch | null>(null)
  const anchor = useRef<number | null>(null)
  const digits = offsetDigits(total)
  const stretch = selected?.url === url ? selected : null
  const showRows = useCallback(
    (from: number, to: number) => show(from * BYTES_PER_ROW, Math.min(to * BYTES_PER_ROW, total)),
    [show, total],
  )

  const select = (event: PointerEvent): void => {
    const at = offsetUnder(event)
    if (at === null || at >= total || anchor.current === null) return
    setSelected({ url, from: Math.min(anchor.current, at), to: Math.max(anchor.current, at) + 1 })
  }
  const begin = (event: PointerEvent): void => {
    anchor.current = event.button === 0 ? offsetUnder(event) : null
    if (anchor.current === null) setSelected(null)
    else select(event)
  }
  return (
    <>
      <VirtualRows
        label={label}
        box={box}
        count={Math.ceil(total / BYTES_PER_ROW)}
        resetKey={url}
        onShown={showRows}
        onPointerDown={begin}
        onPointerMove={(event) => (event.buttons === 1 ? select(event) : undefined)}
        onPointerUp={() => {
          anchor.current = null
        }}
        row={(index) => {
          const offset = index * BYTES_PER_ROW
          return <HexLine offset={offset} bytes={bytesAt(offset, BYTES_PER_ROW)} digits={digits} selected={stretch} />
        }}
      />
      {failed && <p className={styles['portion']}>Some bytes could not be read. Select the request again to retry.</p>}
      {stretch !== null && <SelectedBytes stretch={stretch} digits={digits} />}
    </>
  )
}

function HexLine({
  offset,
  bytes,
  digits,
  selected,
}: {
  offset: number
  bytes: Uint8Array | null
  digits: number
  selected: Stretch | null
}) {
  if (bytes === null) return <div className={styles['hex-row']} />
  const row = hexRow(offset, bytes, digits)
  const look = (byte: HexByte, at: number): string => {
    const isIn = selected !== null && offset + at >= selected.from && offset + at < selected.to
    return clsx(styles[`byte-${byte.kind}`], isIn && byte.kind !== 'none' && styles['byte-selected'])
  }
  return (
    <div className={styles['hex-row']}>
      <span className={styles['offset']}>{row.offset}</span>
      <span className={styles['hex']}>
        {row.bytes.map((byte, at) => (
          <span key={at} className={look(byte, at)} data-offset={offset + at}>
            {byte.hex}
          </span>
        ))}
      </span>
      <span className={styles['ascii']}>
        {row.bytes.map((byte, at) => (
          <span key={at} className={look(byte, at)} data-offset={offset + at}>
            {byte.ascii}
          </span>
        ))}
      </span>
    </div>
  )
}

function SelectedBytes({ stretch, digits }: { stretch: Stretch; digits: number }) {
  const count = stretch.to - stretch.from
  const place = (offset: number): string => offset.toString(16).padStart(digits, '0')
  const copy = async (write: (bytes: Uint8Array) => string): Promise<boolean> =>
    count <= MAX_COPIED && (await copyText(write(await fetchBytes(stretch.url, stretch.from, stretch.to))))
  return (
    <div className={styles['portion']}>
      <b>Selected {countOf(count, 'byte')}</b>
      <span className={styles['mono']}>
        {place(stretch.from)} to {place(stretch.to - 1)}
      </span>
      <span className={styles['grow']} />
      <CopyButton
        small
        kind="quiet"
        label="Copy the selected bytes as hex"
        text="Copy as hex"
        copy={() => copy(asHex)}
      />
      <CopyButton
        small
        kind="quiet"
        label="Copy the selected bytes as text"
        text="Copy as text"
        copy={() => copy(asText)}
      />
    </div>
  )
}

function asHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
}

function asText(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}

function offsetUnder(event: PointerEvent): number | null {
  const cell = event.target instanceof Element ? event.target.closest('[data-offset]') : null
  const offset = cell?.getAttribute('data-offset')
  return offset === null || offset === undefined ? null : Number(offset)
}
