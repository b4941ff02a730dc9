import { clsx } from 'clsx'
import { Pin } from 'lucide-react'
import { useEffect, useId, useRef, type KeyboardEvent } from 'react'
import type { RequestDetail } from '../../../../protocol/request.ts'
import { clockTime } from '../../../format/time-ago.ts'
import { Button } from '../../../parts/button.tsx'
import { ColourMark } from '../../../parts/colour-mark.tsx'
import { focusDetail, focusList } from '../../../shell/focus.ts'
import { colourRequests, saveNote, useWantedNote, useWrittenNote, writeNote } from '../../../store/marks.ts'
import { pinRequest } from '../../../store/request-verbs.ts'
import { useRequests } from '../../../store/requests.ts'
import { useSettings } from '../../../store/settings.ts'
import styles from './notes-tab.module.css'

const LONGEST = 20_000

/** What a person has to say about a request: a note that is kept as it is written, a colour, and the pin that keeps it. */
export function NotesTab({ request }: { request: RequestDetail }) {
  // The row knows first: the detail is read anew only a moment later.
  const pinned = useRequests((state) => (state.rows.byId.get(request.id) ?? request).pinned)
  return (
    <div className={styles['tab']}>
      <div className={styles['bar']}>
        <SavedLine request={request} />
        <Button
          small
          icon={<Pin size={14} />}
          keys="P"
          aria-pressed={pinned}
          onClick={() => void pinRequest(request.id, !pinned)}
        >
          {pinned ? 'Pinned' : 'Pin'}
        </Button>
      </div>
      <div className={styles['content']}>
        <NoteField request={request} />
        <Colours request={request} />
      </div>
      <div className={styles['foot']}>
        <span className={styles['cut']}>
          {pinned
            ? 'Pinned: stays when the history is cleared and when old ones go'
            : 'Only a pin keeps it when the history is cleared and when old ones go'}
        </span>
        <span className={styles['right']}>notes are not exported</span>
      </div>
    </div>
  )
}

function SavedLine({ request }: { request: RequestDetail }) {
  const { saving, savedAt } = useWrittenNote((note) => (note.id === request.id ? note : NOT_WRITTEN))
  const time = savedAt === null ? '' : `, ${clockTime(savedAt).slice(0, 'hh:mm'.length)}`
  return (
    <span className={styles['saved']} role="status">
      {saving === 'failed' ? 'Not saved. It is tried again with the next key.' : `Saved as you write${time}`}
    </span>
  )
}

const NOT_WRITTEN = { saving: 'saved', savedAt: null } as const

function NoteField({ request }: { request: RequestDetail }) {
  const { id, note } = request
  const written = useWrittenNote((state) => (state.id === id ? state.text : null))
  useEffect(() => {
    const keep = () => void saveNote()
    window.addEventListener('pagehide', keep)
    document.addEventListener('visibilitychange', keep)
    return () => {
      window.removeEventListener('pagehide', keep)
      document.removeEventListener('visibilitychange', keep)
      keep()
    }
  }, [])
  const field = useRef<HTMLTextAreaElement>(null)
  const isWanted = useWantedNote((wanted) => wanted.id === id)
  useEffect(() => {
    if (!isWanted) return
    useWantedNote.setState({ id: null })
    field.current?.focus()
    field.current?.setSelectionRange(field.current.value.length, field.current.value.length)
  }, [isWanted])
  const leave = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.nativeEvent.isComposing) return
    event.preventDefault()
    // Below 720 px the list is not there.
    if (!focusList()) focusDetail()
  }
  return (
    <textarea
      ref={field}
      className={styles['note']}
      aria-label="Note"
      rows={5}
      maxLength={LONGEST}
      placeholder="What is to be known about this request"
      value={written ?? note}
      onChange={(event) => writeNote(id, event.target.value)}
      onBlur={() => void saveNote()}
      onKeyDown={leave}
    />
  )
}

const COLOURS = [1, 2, 3, 4, 5] as const

function Colours({ request }: { request: RequestDetail }) {
  const names = useSettings((state) => state.colourNames)
  const colour = useRequests((state) => (state.rows.byId.get(request.id) ?? request).colour)
  const group = useId()
  return (
    <fieldset
      className={styles['colours']}
      role="radiogroup"
      aria-labelledby={`${group}-name`}
      aria-describedby={`${group}-help`}
    >
      <span id={`${group}-name`} className={styles['label']}>
        Colour
      </span>
      <span className={styles['choices']}>
        {[null, ...COLOURS].map((one) => (
          <label key={one ?? 0} className={clsx(styles['choice'], one === colour && styles['on'])}>
            <input
              type="radio"
              className={styles['radio']}
              name={group}
              checked={one === colour}
              onChange={() => void colourRequests([request.id], one)}
            />
            {one !== null && <ColourMark colour={one} />}
            <span className={styles['cut']}>{one === null ? 'None' : names[one - 1]}</span>
          </label>
        ))}
      </span>
      <span id={`${group}-help`} className={styles['help']}>
        Each has its number and a name you may change in the preferences. Search for colour:{colour ?? 4}.
      </span>
    </fieldset>
  )
}
