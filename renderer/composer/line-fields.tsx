import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react'
import { useEffect, useRef, type ClipboardEvent, type KeyboardEvent } from 'react'
import { Button } from '../parts/button.tsx'
import { Checkbox } from '../parts/choice.tsx'
import { IconButton } from '../parts/icon-button.tsx'
import styles from './line-fields.module.css'

export type FieldLine = {
  readonly name: string
  readonly value: string
  /** Left out where a line cannot be switched off. */
  readonly on?: boolean
  /** Its value is shown as dots unless it has the focus. */
  readonly isSecret?: boolean
  readonly note?: string | null
}

export type LineActions = {
  readonly onChange: (index: number, name: string, value: string) => void
  readonly onToggle?: (index: number, on: boolean) => void
  readonly onAdd: () => void
  readonly onRemove: (index: number) => void
  readonly onMove: (index: number, by: 1 | -1) => void
  /** Several lines pasted into a name; answers whether it took them. */
  readonly onPasteLines?: (index: number, text: string) => boolean
}

/**
 * Names and values in their order, each to be changed, added, removed and moved: by buttons, or by keys in its fields (Alt with up and
 * down moves the line, Enter adds one below the last).
 */
export function LineFields({
  label,
  word,
  lines,
  actions,
}: {
  /** Of the list, for its accessible name: "Headers". */
  label: string
  /** What one line is called: "header". */
  word: string
  lines: readonly FieldLine[]
  actions: LineActions
}) {
  const list = useRef<HTMLDivElement>(null)
  const wanted = useRef<string | null>(null)
  useEffect(() => {
    if (wanted.current === null) return
    list.current?.querySelector<HTMLElement>(wanted.current)?.focus()
    wanted.current = null
  })
  const move = (index: number, by: 1 | -1, control: string) => {
    if (index + by < 0 || index + by >= lines.length) return
    wanted.current = place(index + by, control)
    actions.onMove(index, by)
  }
  const add = () => {
    wanted.current = place(lines.length, 'name')
    actions.onAdd()
  }
  const remove = (index: number) => {
    wanted.current = lines.length === 1 ? '[data-control="add"]' : place(Math.min(index, lines.length - 2), 'remove')
    actions.onRemove(index)
  }
  return (
    <div ref={list} className={styles['fields']}>
      <ol aria-label={label} className={styles['list']}>
        {lines.map((line, index) => (
          <Line
            key={index}
            line={line}
            index={index}
            count={lines.length}
            word={word}
            actions={actions}
            onMove={move}
            onAdd={add}
            onRemove={remove}
          />
        ))}
      </ol>
      <Button small kind="quiet" data-control="add" className={styles['add']} icon={<Plus size={14} />} onClick={add}>
        Add {word}
      </Button>
    </div>
  )
}

function Line({
  line,
  index,
  count,
  word,
  actions,
  onMove,
  onAdd,
  onRemove,
}: {
  line: FieldLine
  index: number
  count: number
  word: string
  actions: LineActions
  onMove: (index: number, by: 1 | -1, control: string) => void
  onAdd: () => void
  onRemove: (index: number) => void
}) {
  const { name, value, on } = line
  const number = index + 1
  const press = (control: string) => (event: KeyboardEvent) => {
    const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0
    if (event.altKey && by !== 0) onMove(index, by, control)
    else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) onAdd()
    else return
    event.preventDefault()
  }
  const paste = (event: ClipboardEvent) => {
    const text = event.clipboardData.getData('text/plain')
    if (/\n/.test(text.trim()) && actions.onPasteLines?.(index, text) === true) event.preventDefault()
  }
  return (
    <li className={styles['line']} data-row={index} data-off={on === false}>
      {on !== undefined && (
        <Checkbox
          aria-label={`Send ${word} ${number}, ${name}`}
          checked={on}
          onChange={(event) => actions.onToggle?.(index, event.target.checked)}
        />
      )}
      <input
        data-control="name"
        className={styles['name']}
        aria-label={`Name of ${word} ${number}`}
        placeholder="Name"
        spellCheck={false}
        autoComplete="off"
        value={name}
        onChange={(event) => actions.onChange(index, event.target.value, value)}
        onKeyDown={press('name')}
        onPaste={paste}
      />
      <input
        data-control="value"
        className={styles['value']}
        aria-label={`Value of ${word} ${number}, ${name}`}
        placeholder="Value"
        spellCheck={false}
        autoComplete="off"
        title={line.note ?? undefined}
        data-secret={line.isSecret === true}
        value={value}
        onChange={(event) => actions.onChange(index, name, event.target.value)}
        onKeyDown={press('value')}
      />
      <span className={styles['verbs']}>
        <IconButton
          small
          data-control="up"
          label={`Move ${word} ${number} up`}
          keys="Alt ↑"
          icon={<ArrowUp size={14} />}
          offReason={index === 0 ? 'it is the first' : null}
          onClick={() => onMove(index, -1, 'up')}
        />
        <IconButton
          small
          data-control="down"
          label={`Move ${word} ${number} down`}
          keys="Alt ↓"
          icon={<ArrowDown size={14} />}
          offReason={number === count ? 'it is the last' : null}
          onClick={() => onMove(index, 1, 'down')}
        />
        <IconButton
          small
          data-control="remove"
          label={`Remove ${word} ${number}`}
          icon={<X size={14} />}
          onClick={() => onRemove(index)}
        />
      </span>
    </li>
  )
}

function place(index: number, control: string): string {
  return `[data-row="${index}"] [data-control="${control}"]`
}
