import { Eye } from 'lucide-react'
import { useState, type FormEvent, type KeyboardEvent } from 'react'
import type { SignatureReport } from '../../../../protocol/signature.ts'
import { ask } from '../../../bridge.ts'
import { Button } from '../../../parts/button.tsx'
import { Field } from '../../../parts/field.tsx'
import styles from './facts.module.css'

type Scheme = 'github' | 'stripe'
type Signed = Exclude<SignatureReport, { state: 'none' }>

const WHERE: Record<Scheme, string> = {
  github: 'GitHub, the repository or organisation, Settings, Webhooks, this webhook: the field Secret.',
  stripe: 'Stripe dashboard, Developers, Webhooks, this endpoint: Signing secret. It begins with whsec_.',
}

/** Whether a secret for this scheme can be kept. */
export function canHoldSecret(scheme: string): scheme is Scheme {
  return scheme in WHERE
}

/** The field for a signing secret: dots, an eye that shows while held, and where to find it. */
export function AddSecret({
  signature,
  onClose,
  onSet,
}: {
  signature: Signed
  onClose: () => void
  onSet: () => void
}) {
  const [secret, setSecret] = useState('')
  const [error, setError] = useState<string | null>(null)
  const [isShown, setShown] = useState(false)
  const [isSaving, setSaving] = useState(false)
  const { scheme, schemeName, headerNames } = signature
  if (!canHoldSecret(scheme)) return null

  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (secret === '') {
      setError('A secret has at least one character.')
      return
    }
    setSaving(true)
    const saved = await ask('secrets:set-signing', { scheme, secret })
    setSaving(false)
    if (saved.ok) onSet()
    else setError([saved.error.message, saved.error.fix].filter(Boolean).join(' '))
  }
  return (
    <form className={styles['secret']} onSubmit={(event) => void save(event)}>
      <h2 className={styles['title']}>
        {signature.state === 'no-secret' ? `Add the secret of ${schemeName}` : `Change the secret of ${schemeName}`}
      </h2>
      <p className={styles['words']}>With it Creel checks {headerNames.join(' and ')}, and says why it fails.</p>
      <Field
        label="Secret"
        mono
        type={isShown ? 'text' : 'password'}
        value={secret}
        error={error}
        onChange={(event) => {
          setSecret(event.target.value)
          setError(null)
        }}
        end={<HeldEye onShow={setShown} />}
      />
      <h3 className={styles['subtitle']}>Where to find it</h3>
      <p className={styles['words']}>{WHERE[scheme]}</p>
      <div className={styles['buttons']}>
        <Button small onClick={onClose}>
          Cancel
        </Button>
        <Button small kind="primary" type="submit" offReason={isSaving ? 'It is being saved' : null}>
          Save
        </Button>
      </div>
    </form>
  )
}

/** Shows the secret while it is held down, by pointer or by the space bar. */
function HeldEye({ onShow }: { onShow: (isShown: boolean) => void }) {
  const onKey = (isShown: boolean) => (event: KeyboardEvent) => {
    if (event.key === ' ') {
      event.preventDefault()
      onShow(isShown)
    }
  }
  return (
    <button
      type="button"
      className={styles['eye']}
      aria-label="Hold to show the secret"
      onPointerDown={() => onShow(true)}
      onPointerUp={() => onShow(false)}
      onPointerLeave={() => onShow(false)}
      onKeyDown={onKey(true)}
      onKeyUp={onKey(false)}
      onBlur={() => onShow(false)}
    >
      <Eye size={14} />
    </button>
  )
}
