import { countOf } from '../format/bytes.ts'
import { maskedValue } from '../screens/inbox/detail/message-head.ts'
import type { DraftChanges } from './use-changes.ts'
import styles from './lines-below.module.css'

/** More lines than this are for a screen of their own. */
const MOST_LINES = 40

/** Everything that differs, before and after. */
export function ChangeDetails({ changes }: { changes: DraftChanges }) {
  const { method, path, headers, isReordered } = changes.head
  return (
    <div className={styles['details']}>
      {method !== null && <Sides title="Method" before={[method.before]} after={[method.after]} />}
      {path !== null && <Sides title="Path" before={[path.before]} after={[path.after]} />}
      {headers.length > 0 && (
        <Sides
          title={countOf(headers.length, 'header')}
          before={headers.flatMap(({ name, before }) => (before === null ? [] : [lineOf(name, before)]))}
          after={headers.flatMap(({ name, after }) => (after === null ? [] : [lineOf(name, after)]))}
        />
      )}
      {isReordered && <p>The same headers in another order.</p>}
      <BodyDetails changes={changes} />
      {changes.signature === 'anew' && (
        <p>{changes.signatureName ?? 'The signature'} is made at the moment of sending.</p>
      )}
      {changes.signature === 'unsigned' && <p>{changes.signatureName ?? 'The signature'} is left out.</p>}
    </div>
  )
}

function BodyDetails({ changes: { body } }: { changes: DraftChanges }) {
  if (!body.isChanged) return null
  if (body.lines === null) return <p>Body: its bytes differ.</p>
  return <Sides title="Body" before={body.lines.removedLines} after={body.lines.addedLines} />
}

function Sides({ title, before, after }: { title: string; before: readonly string[]; after: readonly string[] }) {
  return (
    <section>
      <h3>{title}</h3>
      <div className={styles['sides']}>
        <Lines sign="−" look="before" lines={before} />
        <Lines sign="+" look="after" lines={after} />
      </div>
    </section>
  )
}

function Lines({ sign, look, lines }: { sign: string; look: 'before' | 'after'; lines: readonly string[] }) {
  return (
    <>
      {lines.slice(0, MOST_LINES).map((line, at) => (
        <div key={at} className={styles[look]}>
          {sign} {line.length > 400 ? `${line.slice(0, 400)}…` : line}
        </div>
      ))}
      {lines.length > MOST_LINES && (
        <div className={styles[look]}>{countOf(lines.length - MOST_LINES, 'more line')}</div>
      )}
    </>
  )
}

function lineOf(name: string, value: string): string {
  return `${name}: ${maskedValue([name, value]) ?? value}`
}
