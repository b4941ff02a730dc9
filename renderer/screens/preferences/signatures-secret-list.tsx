import { ShieldCheck, Shield, Trash2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { SchemeInfo, SecretTrial, SigningSecretInfo } from '../../../protocol/signature.ts'
import { ask } from '../../bridge.ts'
import { dayAndMonth } from '../../format/time-ago.ts'
import { Button } from '../../parts/button.tsx'
import { IconButton } from '../../parts/icon-button.tsx'
import { readSchemes } from '../../store/schemes.ts'
import { useSource } from '../../store/sources.ts'
import { showFailure } from '../../store/toast.ts'
import styles from './preferences-screen.module.css'
import own from './signatures-section.module.css'

/** The secrets of each sender, by name; what they are stays in the main process. */
export function SecretList({
  schemes,
  secrets,
  isRead,
}: {
  schemes: readonly SchemeInfo[]
  secrets: readonly SigningSecretInfo[]
  isRead: boolean
}) {
  const senders = schemes.filter(({ id }) => secrets.some(({ scheme }) => scheme === id))
  if (isRead && senders.length === 0) {
    return <p className={styles['help']}>There is no secret yet. The badge of a signed request asks for it too.</p>
  }
  return senders.map(({ id, name }) => (
    <div key={id} className={styles['field']}>
      <h3 className={styles['label']}>{name}</h3>
      <ul className={styles['list']} aria-label={`Secrets of ${name}`}>
        {secrets
          .filter(({ scheme }) => scheme === id)
          .map((secret) => (
            <SecretLine key={secret.id} secret={secret} />
          ))}
      </ul>
    </div>
  ))
}

function SecretLine({ secret }: { secret: SigningSecretInfo }) {
  const { scheme, id, name, sourceId, addedAt } = secret
  const source = useSource(sourceId)
  const trial = useKeptTrial(secret)
  const [isAsking, setAsking] = useState(false)
  const remove = async () => {
    const removed = await ask('secrets:delete-signing', { scheme, id })
    if (!removed.ok) showFailure(removed.error)
    await readSchemes()
  }
  if (isAsking) {
    return (
      <li>
        <span className={styles['grow']}>Delete &ldquo;{name}&rdquo;? What it signed will not verify any more.</span>
        <Button small kind="danger" onClick={() => void remove()}>
          Delete
        </Button>
        <Button small onClick={() => setAsking(false)}>
          Keep
        </Button>
      </li>
    )
  }
  return (
    <li className={own['secret']}>
      <span className={own['name']} title={addedAt === 0 ? name : `${name}, added on ${dayAndMonth(addedAt)}`}>
        {name}
      </span>
      <span className={own['source']}>{source?.name ?? 'every source'}</span>
      <TrialWords trial={trial} />
      <IconButton small label={`Delete ${name}`} icon={<Trash2 size={14} />} onClick={() => setAsking(true)} />
    </li>
  )
}

function TrialWords({ trial }: { trial: SecretTrial | null }) {
  if (trial === null) return <span className={own['trial']} />
  if (trial.of === 0) return <span className={own['trial']}>no request yet</span>
  const Icon = trial.verified > 0 ? ShieldCheck : Shield
  return (
    <span className={trial.verified > 0 ? own['trial-good'] : own['trial']}>
      <Icon size={14} />
      {trial.verified === 0 ? 'none' : trial.verified} of the last {trial.of}
    </span>
  )
}

/** What a secret that is kept verifies of the newest requests. */
function useKeptTrial({ scheme, id }: SigningSecretInfo): SecretTrial | null {
  const [trial, setTrial] = useState<SecretTrial | null>(null)
  useEffect(() => {
    let isOver = false
    void ask('secrets:try-kept', { scheme, id }).then((asked) => {
      if (!isOver && asked.ok) setTrial(asked.value)
    })
    return () => {
      isOver = true
    }
  }, [scheme, id])
  return trial
}
