import { Check, Copy } from 'lucide-react'
import { useRef, useState, type ClipboardEvent } from 'react'
import { copyText } from '../bridge.ts'
import type { BodyClient } from './body-client.ts'
import styles from './body.module.css'
import { textOfSelection } from './copied-rows.ts'
import { LineRow } from './line-row.tsx'
import type { TextView } from './body-layout.ts'
import { useColumns } from './use-columns.ts'
import { layOutKey, useLayOut, useRows, type LaidOut } from './use-rows.ts'
import { VirtualRows } from './virtual-rows.tsx'

const GUTTER_PX = 56
const DIGIT_PX = 7
const RIGHT_PX = 16

/** A body as text in rows: pretty or raw. Selecting, copying and walking by keys work on what is there, not on what is drawn. */
export function LineView({
  client,
  documentKey,
  view,
  head,
  label,
  answer,
  onLaidOut,
}: {
  client: BodyClient
  documentKey: string
  view: TextView
  head: string
  label: string
  /** The last layout that came, whatever it is of. */
  answer: LaidOut | null
  onLaidOut: (laidOut: LaidOut) => void
}) {
  const box = useRef<HTMLDivElement>(null)
  const gutterPx = Math.max(GUTTER_PX, String(answer?.lines ?? 0).length * DIGIT_PX + 20)
  const columns = useColumns(box, gutterPx + RIGHT_PX)
  const key = layOutKey(documentKey, view, head)
  useLayOut(client, key, { view, head, columns }, onLaidOut)
  // At another width the rows of before stand until the new ones are there, so nothing flickers while a splitter moves.
  const laidOut = answer?.key === key ? answer : null
  const { rowAt, show } = useRows(client, laidOut)
  const [current, setCurrent] = useState<{ key: string; index: number } | null>(null)
  const at = current !== null && current.key === key ? current.index : -1

  const copyValue = async (index: number): Promise<boolean> => {
    const row = rowAt(index)
    if (row === undefined || laidOut === null) return false
    const { text } = await client.ask('copyValue', { layout: laidOut.layout, line: row.line })
    return text !== null && (await copyText(text))
  }
  const row = at < 0 ? undefined : rowAt(at)
  return (
    <VirtualRows
      label={label}
      box={box}
      count={laidOut?.rows ?? 0}
      resetKey={key}
      onShown={show}
      onCopy={copySelection}
      current={at}
      onCurrent={(index) => setCurrent({ key, index })}
      row={(index) => <LineRow row={rowAt(index)} isCurrent={index === at} gutterPx={gutterPx - 16} />}
      actions={row?.hasValue === true && <LineActions key={`${key} ${at}`} copy={() => copyValue(at)} />}
    />
  )
}

/** Over the line's end, so that nothing shifts. */
function LineActions({ copy }: { copy: () => Promise<boolean> }) {
  const [isCopied, setCopied] = useState(false)
  return (
    <div className={styles['line-actions']} data-skip>
      <button type="button" className={styles['line-action']} onClick={() => void copy().then(setCopied)}>
        {isCopied ? <Check size={12} /> : <Copy size={12} />}
        {isCopied ? 'Copied' : 'Copy value'}
      </button>
    </div>
  )
}

function copySelection(event: ClipboardEvent<HTMLDivElement>): void {
  const selection = window.getSelection()
  if (selection === null || selection.isCollapsed) return
  event.clipboardData.setData('text/plain', textOfSelection(selection.getRangeAt(0).cloneContents()))
  event.preventDefault()
}
