import { useState, type KeyboardEvent } from 'react'
import { COLOUR_NAMES } from '../../../protocol/settings.ts'
import { ColourMark } from '../../parts/colour-mark.tsx'
import { saveSettings, useSettings } from '../../store/settings.ts'
import styles from './colours-section.module.css'
import preferences from './preferences-screen.module.css'

const LONGEST = 40

/** What the five colours are called. One whose name is emptied is called as at first. */
export function Colours() {
  return (
    <>
      <ul className={styles['colours']}>
        {COLOUR_NAMES.map((first, at) => (
          <ColourName key={first} at={at} first={first} />
        ))}
      </ul>
      <p className={preferences['help']}>
        The keys 1 to 5 colour the selected request, 0 takes the colour off. Search for colour:4.
      </p>
    </>
  )
}

function ColourName({ at, first }: { at: number; first: string }) {
  const names = useSettings((state) => state.colourNames)
  const saved = names[at] ?? first
  const [typed, setTyped] = useState<string | null>(null)
  const save = async () => {
    const name = typed?.trim() ?? saved
    const next = name === '' ? first : name
    if (next !== saved) await saveSettings({ colourNames: names.with(at, next) })
    setTyped(null)
  }
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Enter') void save()
  }
  return (
    <li className={styles['colour']}>
      <ColourMark colour={at + 1} />
      <input
        className={styles['name']}
        aria-label={`Name of colour ${at + 1}`}
        spellCheck={false}
        autoComplete="off"
        maxLength={LONGEST}
        placeholder={first}
        value={typed ?? saved}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={() => void save()}
        onKeyDown={press}
      />
    </li>
  )
}
