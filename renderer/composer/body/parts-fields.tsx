import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react'
import { exactText, type Bytes } from '../../format/exact-text.ts'
import { formatBytes } from '../../format/bytes.ts'
import { Button } from '../../parts/button.tsx'
import { IconButton } from '../../parts/icon-button.tsx'
import { moved } from './form-text.ts'
import {
  newPart,
  partFacts,
  withPartBody,
  withPartName,
  writeMultipart,
  type Multipart,
  type Part,
} from './multipart.ts'
import styles from './parts-fields.module.css'

/** The parts of a multipart body. A part that nobody touches stays byte for byte. */
export function PartsFields({ multipart, onChange }: { multipart: Multipart; onChange: (bytes: Bytes) => void }) {
  const { parts } = multipart
  const put = (next: readonly Part[]) => onChange(writeMultipart({ ...multipart, parts: next }))
  return (
    <div className={styles['parts']}>
      <ol aria-label="Parts" className={styles['list']}>
        {parts.map((part, index) => (
          <PartFields
            key={index}
            part={part}
            number={index + 1}
            count={parts.length}
            onChange={(next) => put(parts.with(index, next))}
            onRemove={() => put(parts.toSpliced(index, 1))}
            onMove={(by) => put(moved(parts, index, by))}
          />
        ))}
      </ol>
      <Button
        small
        kind="quiet"
        icon={<Plus size={14} />}
        onClick={() => put([...parts, newPart(parts[0]?.lineBreak)])}
      >
        Add part
      </Button>
    </div>
  )
}

function PartFields({
  part,
  number,
  count,
  onChange,
  onRemove,
  onMove,
}: {
  part: Part
  number: number
  count: number
  onChange: (part: Part) => void
  onRemove: () => void
  onMove: (by: 1 | -1) => void
}) {
  const { name, fileName, contentType } = partFacts(part)
  const text = exactText(part.body)
  return (
    <li className={styles['part']}>
      <div className={styles['head']}>
        <input
          className={styles['name']}
          aria-label={`Name of part ${number}`}
          placeholder="Name"
          spellCheck={false}
          value={name}
          onChange={(event) => onChange(withPartName(part, event.target.value))}
        />
        <span className={styles['facts']}>
          {[fileName, contentType, formatBytes(part.body.length)].filter((fact) => fact !== null).join(', ')}
        </span>
        <IconButton
          small
          label={`Move part ${number} up`}
          icon={<ArrowUp size={14} />}
          offReason={number === 1 ? 'it is the first' : null}
          onClick={() => onMove(-1)}
        />
        <IconButton
          small
          label={`Move part ${number} down`}
          icon={<ArrowDown size={14} />}
          offReason={number === count ? 'it is the last' : null}
          onClick={() => onMove(1)}
        />
        <IconButton small label={`Remove part ${number}`} icon={<X size={14} />} onClick={onRemove} />
      </div>
      {text === null || text.includes('\u0000') ? (
        <p className={styles['binary']}>Its bytes are no text. They are sent as they are; Hex edits them.</p>
      ) : (
        <textarea
          className={styles['value']}
          aria-label={`Value of part ${number}, ${name}`}
          spellCheck={false}
          rows={Math.min(8, text.split('\n').length)}
          value={text}
          onChange={(event) =>
            onChange(withPartBody(part, new TextEncoder().encode(withBreaks(event.target.value, text))))
          }
        />
      )}
    </li>
  )
}

/** A text area gives back every line break as LF, whatever was put in: the text's own stay where it uses only CR LF. */
function withBreaks(typed: string, before: string): string {
  return /\r\n/.test(before) && !/(?<!\r)\n/.test(before) ? typed.replace(/\r?\n/g, '\r\n') : typed
}
