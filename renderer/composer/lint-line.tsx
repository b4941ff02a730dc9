import { Check } from 'lucide-react'
import type { RefObject } from 'react'
import { Mark } from '../parts/mark.tsx'
import { LinkButton } from '../parts/link-button.tsx'
import { countOf, formatCount } from '../format/bytes.ts'
import { editContent } from '../store/composer-edit.ts'
import { useComposer } from '../store/composer.ts'
import { isChecked } from './body/check-text.ts'
import { isTextKind, KIND_NAMES, TYPE_OF_KIND } from './body/text-kind.ts'
import type { Editing } from './body/use-edit-kind.ts'
import type { CodeEditorHandle } from './editor/code-editor.tsx'
import styles from './lines-below.module.css'
import type { BodyFacts } from './use-body-facts.ts'

/** Always there: what the body is, and its first mistake. It never keeps anybody from sending. */
export function LintLine({
  editing,
  facts,
  editor,
  onFormat,
}: {
  editing: Editing
  facts: BodyFacts
  /** Null where there is nothing to lay out anew. */
  onFormat: (() => void) | null
  editor: RefObject<CodeEditorHandle | null>
}) {
  const { mistake, bytes } = facts
  return (
    <div className={styles['lint']} data-pane-part="lint">
      {mistake === null ? (
        <Clean editing={editing} bytes={bytes} />
      ) : (
        <output className={styles['said']}>
          <Mark name="client-error" />
          <button
            type="button"
            className={styles['mistake']}
            onClick={() => editor.current?.goTo(mistake.line, mistake.column)}
          >
            Line {formatCount(mistake.line)}, column {formatCount(mistake.column)}: {mistake.problem}.
          </button>
          <span className={styles['faint']}>It can be sent as it is.</span>
        </output>
      )}
      {mistake === null && (
        <span className={styles['right']}>
          {onFormat !== null && isOneLongLine(editing.text) && (
            <LinkButton className={styles['format']} onClick={onFormat}>
              Format
            </LinkButton>
          )}
          {countOf(bytes, 'byte')}
          {editing.text !== null && bytes > 0 && ', UTF-8'}
        </span>
      )}
    </div>
  )
}

/** As most senders write JSON, and nobody can read it. */
const LONG_LINE = 120

function isOneLongLine(text: string | null): boolean {
  return text !== null && text.length > LONG_LINE && !text.trimEnd().includes('\n')
}

function Clean({ editing, bytes }: { editing: Editing; bytes: number }) {
  const { kind, wished, text } = editing
  const name = KIND_NAMES[kind]
  const isOpen = useComposer((state) => state.body.state === 'open')
  if (!isOpen || bytes === 0)
    return (
      <output className={styles['said']}>
        {isOpen ? <Faint>{name}, no body</Faint> : <Faint>Body as saved</Faint>}
      </output>
    )
  if (wished !== null)
    return (
      <output className={styles['said']}>
        <Faint>
          {wished === 'parts'
            ? 'These are no parts of the boundary that Content-Type names'
            : 'These bytes are no UTF-8'}
        </Faint>
      </output>
    )
  return (
    <output className={styles['said']}>
      {isTextKind(kind) && isChecked(kind) ? (
        <>
          <span className={styles['ok']}>
            <Check size={14} />
            {name}
          </span>
          <Faint>no mistake found</Faint>
        </>
      ) : (
        <Faint>{isTextKind(kind) ? `${name}, not checked` : name}</Faint>
      )}
      {text !== null && <AddType editing={editing} />}
    </output>
  )
}

/** A body without a type is a riddle to most servers. */
function AddType({ editing: { kind, contentType } }: { editing: Editing }) {
  const headers = useComposer((state) => state.content.headers)
  const type = TYPE_OF_KIND[kind]
  if (contentType !== null || type === null || kind === 'text') return null
  const add = () =>
    editContent({ headers: [...headers, { name: 'Content-Type', value: type, on: true }] }, 'type added')
  return (
    <LinkButton className={styles['add-type']} onClick={add}>
      Add Content-Type: {type}
    </LinkButton>
  )
}

function Faint({ children }: { children: React.ReactNode }) {
  return <span className={styles['faint']}>{children}</span>
}
