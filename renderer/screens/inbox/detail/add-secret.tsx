import { useId, useState, type FormEvent } from 'react'
import type { RequestId, SourceId } from '../../../../protocol/ids.ts'
import { ask } from '../../../bridge.ts'
import { Button } from '../../../parts/button.tsx'
import { Field } from '../../../parts/field.tsx'
import { LinkButton } from '../../../parts/link-button.tsx'
import { readSchemes, useSchemes } from '../../../store/schemes.ts'
import { useSource } from '../../../store/sources.ts'
import { showScreen } from '../../../store/view.ts'
import styles from './facts.module.css'
import { HeldEye } from './held-eye.tsx'
import { trialWords, useSecretTrial } from './use-secret-trial.ts'

/** What a secret is for. */
export type SecretFor = {
  readonly scheme: string
  readonly schemeName: string
  readonly headerNames: readonly string[]
  /** Whose requests it verifies; null: every source's. */
  readonly sourceId: SourceId | null
  /** The request that it is typed at. */
  readonly requestId: RequestId | null
}

/**
 * The field for a signing secret: dots, an eye that shows while held, what it would verify as it is typed, and where to find it. The value stands in
 * this form alone and goes with it.
 */
export function AddSecret({
  to,
  isInSettings = false,
  onClose,
  onSet,
}: {
  to: SecretFor
  /** There is no need to lead there. */
  isInSettings?: boolean
  onClose: () => void
  onSet: () => void
}) {
  const { scheme, schemeName, headerNames, sourceId } = to
  const [secret, setSecret] = useState('')
  const [name, setName] = useState<string | null>(null)
  const [error, setError] = useState<{ readonly field: string; readonly text: string } | null>(null)
  const [isShown, setShown] = useState(false)
  const [isSaving, setSaving] = useState(false)
  const { schemes, secrets } = useSchemes()
  const info = schemes?.find(({ id }) => id === scheme)
  const source = useSource(sourceId)
  const trial = useSecretTrial(to, secret)
  const usualName = source?.name ?? schemeName
  const others = (secrets ?? []).filter((each) => each.scheme === scheme && each.sourceId === sourceId)
  const isReplacing = others.some((each) => each.name === (name ?? usualName).trim())

  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (secret === '') {
      setError({ field: 'secret', text: 'A secret has at least one character.' })
      return
    }
    setSaving(true)
    const saved = await ask('secrets:set-signing', {
      scheme,
      secret,
      sourceId,
      ...(name === null ? {} : { name }),
    })
    if (saved.ok) {
      setSecret('')
      await readSchemes()
      onSet()
    } else {
      setSaving(false)
      const text = [saved.error.message, saved.error.fix].filter(Boolean).join(' ')
      setError({ field: saved.error.field ?? 'secret', text })
    }
  }
  const errorOf = (field: string) => (error?.field === field ? error.text : null)
  const words = trialWords(trial)
  return (
    <form className={styles['secret']} onSubmit={(event) => void save(event)}>
      <h2 className={styles['title']}>
        Add the {info?.signsSecret === true ? info.secretLabel.toLowerCase() : 'secret'} of{' '}
        {source === undefined ? schemeName : `${schemeName} for ${source.name}`}
      </h2>
      <p className={styles['words']}>
        With it Creel checks {headerNames.length > 0 ? headerNames.join(' and ') : 'the signature in the body'}, says
        why it fails{info?.signing === 'secret' || info?.signsSecret === true ? ', and signs edited requests anew' : ''}
        .
      </p>
      <SecretField
        label={info?.secretLabel ?? 'Secret'}
        isShown={isShown}
        onShow={setShown}
        value={secret}
        error={errorOf('secret')}
        proof={words !== null && words.isGood ? words.text : null}
        help={words !== null && !words.isGood ? words.text : null}
        onChange={(text) => {
          setSecret(text)
          setError(null)
        }}
      />
      {others.length > 0 && (
        <Field
          label="Name"
          value={name ?? usualName}
          error={errorOf('name')}
          help={isReplacing ? 'Takes the place of the secret of this name' : 'Each is tried, the newest first'}
          onChange={(event) => setName(event.target.value)}
        />
      )}
      <h3 className={styles['subtitle']}>Where to find it</h3>
      <p className={styles['words']}>{info === undefined ? '' : `${info.secretWhere.replace(/\.$/, '')}.`}</p>
      <div className={styles['buttons']}>
        {!isInSettings && (
          <LinkButton
            className={styles['leading'] ?? ''}
            onClick={() => showScreen({ kind: 'preferences', section: 'signatures' })}
          >
            All signature settings
          </LinkButton>
        )}
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

/** One line of dots; what is pasted with line breaks, such as a key in PEM, keeps them and is not shown. */
function SecretField({
  label,
  value,
  isShown,
  onShow,
  onChange,
  ...notes
}: {
  label: string
  value: string
  isShown: boolean
  onShow: (isShown: boolean) => void
  onChange: (text: string) => void
  error: string | null
  proof: string | null
  help: string | null
}) {
  const id = useId()
  return (
    <Field
      label={label}
      mono
      type={isShown ? 'text' : 'password'}
      data-secret={id}
      value={value.replaceAll('\n', ' ')}
      {...notes}
      onPaste={(event) => {
        const text = event.clipboardData.getData('text')
        if (!text.includes('-----BEGIN')) return
        // An input of one line would take the line breaks out, which are part of it.
        event.preventDefault()
        onChange(text.trim())
      }}
      onChange={(event) => onChange(event.target.value)}
      end={<HeldEye onShow={onShow} />}
    />
  )
}
