import { Search, SlidersHorizontal, X } from 'lucide-react'
import { useEffect, useState, type KeyboardEvent } from 'react'
import type { SourceId } from '../../../../protocol/ids.ts'
import { copyText } from '../../../bridge.ts'
import { CopyButton } from '../../../parts/copy-button.tsx'
import { IconButton } from '../../../parts/icon-button.tsx'
import { KeyCap } from '../../../parts/key-cap.tsx'
import { focusList } from '../../../shell/focus.ts'
import { useInputs, useSource } from '../../../store/sources.ts'
import { setView, showScreen, useView } from '../../../store/view.ts'
import { NewRequestMenu } from './new-request-menu.tsx'
import styles from './search-field.module.css'

const TYPED_FOR_MS = 180

/** Filters while one types. Enter goes to the list, Esc clears, and then goes to the list. */
export function SearchField() {
  const text = useView((view) => view.text)
  /** What is typed and not yet looked for. */
  const [draft, setDraft] = useState<string | null>(null)
  const typed = draft ?? text
  useEffect(() => {
    if (draft === null) return undefined
    const timer = setTimeout(() => look(draft, setDraft), TYPED_FOR_MS)
    return () => clearTimeout(timer)
  }, [draft])
  const clear = () => look('', setDraft)
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' && event.key !== 'Enter') return
    event.preventDefault()
    if (event.key === 'Escape' && typed !== '') {
      clear()
      return
    }
    if (draft !== null) look(draft, setDraft)
    focusList()
  }
  return (
    <search className={styles['bar']}>
      <label className={styles['box']}>
        <Search size={14} />
        <input
          type="search"
          aria-label="Search requests"
          placeholder="Search paths, events, senders, methods"
          spellCheck={false}
          maxLength={500}
          className={styles['input']}
          value={typed}
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={press}
        />
        {typed === '' ? (
          <KeyCap keys="/" />
        ) : (
          <IconButton small label="Clear the filter" icon={<X size={14} />} onClick={clear} />
        )}
      </label>
      <SourceSettings />
      <NewRequestMenu />
    </search>
  )
}

/** The way to the URL, the token and the targets of the source whose requests are shown. */
function SourceSettings() {
  const source = useSource(useView((view) => view.sourceId))
  if (source === undefined) return null
  return (
    <>
      <CopyUrl id={source.id} />
      <IconButton
        label={`Settings of ${source.name}`}
        icon={<SlidersHorizontal size={16} />}
        onClick={() => showScreen({ kind: 'source', id: source.id })}
      />
    </>
  )
}

/** What one comes back for most, of a source with one URL; of several the settings show which is which. */
function CopyUrl({ id }: { id: SourceId }) {
  const [input, ...others] = useInputs(id)
  if (input === undefined || others.length > 0) return null
  return <CopyButton label="Copy the URL for senders" copy={() => copyText(input.url)} />
}

function look(wanted: string, setDraft: (draft: null) => void): void {
  setDraft(null)
  setView({ text: wanted, scrollTop: 0 })
}
