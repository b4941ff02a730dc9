import { clsx } from 'clsx'
import styles from './body.module.css'
import type { Span, VisualRow } from './visual-row.ts'

/** One row of the text: its line's number, unless it goes on, and its coloured pieces. */
export function LineRow({
  row,
  isCurrent,
  gutterPx,
}: {
  row: VisualRow | undefined
  isCurrent: boolean
  gutterPx: number
}) {
  if (row === undefined) return <div className={styles['row']} />
  return (
    <div
      className={clsx(styles['row'], isCurrent && styles['current'], row.ruled && styles['ruled'])}
      data-row={row.continued ? 'continued' : 'line'}
    >
      <span className={styles['number']} style={{ width: gutterPx }} data-skip aria-hidden>
        {row.continued ? '' : row.line}
      </span>
      <span className={styles['text']} style={row.continued ? { paddingLeft: `${row.indent}ch` } : undefined}>
        {row.continued ? '' : ' '.repeat(row.indent)}
        {row.spans.map((span, at) => (
          <Piece key={at} span={span} />
        ))}
      </span>
    </div>
  )
}

function Piece({ span }: { span: Span }) {
  if (span.kind === 'plain') return span.text
  if (span.kind === 'note') {
    return (
      <span className={styles['note']} data-skip>
        {span.text}
      </span>
    )
  }
  if (span.kind === 'cap') {
    return (
      <span className={styles['cap']} data-real={span.real}>
        {span.text}
      </span>
    )
  }
  return <span className={styles[span.kind === 'number' ? 'number-token' : span.kind]}>{span.text}</span>
}
