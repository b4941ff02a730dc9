import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import type { Source } from '../../../protocol/source.ts'
import { describeTokenProblem, readToken } from '../../format/token.ts'
import { Button } from '../../parts/button.tsx'
import { Field } from '../../parts/field.tsx'
import { useShell } from '../../store/shell.ts'
import { updateSource } from '../../store/sources.ts'
import styles from '../settings.module.css'

/** Which token is used, and a way to put another in its place. The secret is never shown again. */
export function TokenReplace({ source }: { source: Source }) {
  const hasKeyring = useShell((shell) => shell.hasKeyring)
  const [isOpen, setOpen] = useState(false)
  if (isOpen) return <NewToken source={source} label="New token" button="Replace" onDone={() => setOpen(false)} />
  return (
    <div className={styles['line']}>
      <Field
        label="Token"
        mono
        readOnly
        value={`${source.tokenKey} : ••••••••••••••••`}
        help={
          hasKeyring
            ? "Kept in this computer's keyring. It is never shown again."
            : 'Kept in a file that only you can read.'
        }
      />
      <Button className={styles['beside']} icon={<KeyRound size={14} />} onClick={() => setOpen(true)}>
        Replace
      </Button>
    </div>
  )
}

export function NewToken({
  source,
  label,
  button,
  isPrimary = false,
  onDone,
}: {
  source: Source
  label: string
  button: string
  isPrimary?: boolean
  onDone: () => void
}) {
  const [text, setText] = useState('')
  const [failure, setFailure] = useState<string | null>(null)
  const token = readToken(text)
  const save = async () => {
    if (token === null) return
    const updated = await updateSource({ id: source.id, token })
    if (updated.ok) onDone()
    else setFailure([updated.error.message, updated.error.fix].filter(Boolean).join(' '))
  }
  return (
    <form
      className={styles['line']}
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <Field
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the reason to be here is to type a token
        autoFocus
        label={label}
        mono
        type="password"
        placeholder="key:secret"
        value={text}
        help="Make one on the relay, as key:secret"
        error={describeTokenProblem(text) ?? failure ?? undefined}
        onChange={(event) => setText(event.target.value)}
      />
      <Button
        className={styles['beside']}
        kind={isPrimary ? 'primary' : 'normal'}
        type="submit"
        offReason={token === null ? 'Needs a whole token, key:secret' : null}
      >
        {button}
      </Button>
    </form>
  )
}
