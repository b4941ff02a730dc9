import { useState } from 'react'
import { Button } from '../../parts/button.tsx'
import { Mark } from '../../parts/mark.tsx'
import { saveSettings, useSettings } from '../../store/settings.ts'
import { useShell } from '../../store/shell.ts'
import styles from './preferences-screen.module.css'
import { SECRET_HEADERS } from '../../../protocol/redaction.ts'

/** Where tokens are kept, said for as long as there is no keyring, and which headers never leave by copying. */
export function Privacy() {
  const hasKeyring = useShell((shell) => shell.hasKeyring)
  return (
    <>
      <p className={hasKeyring ? styles['quiet'] : styles['warning']}>
        <Mark name={hasKeyring ? 'delivered' : 'client-error'} />
        {hasKeyring
          ? "Tokens and signing secrets are kept in this computer's keyring."
          : 'No keyring on this computer. Tokens are kept in a file that only you can read.'}
      </p>
      <SecretHeaders />
    </>
  )
}

function SecretHeaders() {
  const saved = useSettings((state) => state.secretHeaders)
  const [text, setText] = useState<string | null>(null)
  const shown = text ?? saved.join('\n')
  const save = async () => {
    const names = shown.split(/[\s,]+/).flatMap((name) => (name === '' ? [] : [name.toLowerCase()]))
    if (names.join('\n') !== saved.join('\n')) await saveSettings({ secretHeaders: [...new Set(names)] })
    setText(null)
  }
  return (
    <div className={styles['field']}>
      <label className={styles['label']} htmlFor="secret-headers">
        Headers hidden in what is copied
      </label>
      <textarea
        id="secret-headers"
        className={styles['area']}
        rows={6}
        spellCheck={false}
        aria-describedby="secret-headers-help"
        value={shown}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => void save()}
      />
      <span className={styles['line']}>
        <span id="secret-headers-help" className={styles['help']}>
          One a line; * stands for any characters.
        </span>
        <Button small onClick={() => void saveSettings({ secretHeaders: [...SECRET_HEADERS] })}>
          As at first
        </Button>
      </span>
    </div>
  )
}
