import { useId, useRef, useState } from 'react'
import type { TargetId } from '../../protocol/ids.ts'
import { describeTokenProblem, readRelayUrl, readToken } from '../format/token.ts'
import { hostOfUrl } from '../format/path.ts'
import { ask } from '../bridge.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { LinkButton } from '../parts/link-button.tsx'
import { TargetChoice } from '../screens/source/target-choice.tsx'
import { BucketChoice } from '../screens/source/bucket-choice.tsx'
import { useShell } from '../store/shell.ts'
import { useRelayTrial, type RelayTrial } from '../store/try-relay.ts'
import { closeDialog, showScreen } from '../store/view.ts'
import { formatDuration } from '../format/duration.ts'
import styles from './dialogs.module.css'

/** A relay of one's own: checked as it is typed, and the reason stands at the field that it is about. */
export function AddSourceDialog() {
  const form = useId()
  const first = useRef<HTMLInputElement>(null)
  const [url, setUrl] = useState('')
  const [token, setToken] = useState('')
  const [name, setName] = useState('')
  const [buckets, setBuckets] = useState<readonly string[]>([])
  const [targets, setTargets] = useState<readonly TargetId[]>([])
  const [failure, setFailure] = useState<string | null>(null)
  const hasKeyring = useShell((shell) => shell.hasKeyring)
  const relayUrl = readRelayUrl(url)
  const parts = readToken(token)
  const trial = useRelayTrial(relayUrl, parts)
  const words = describeTrial(trial)
  const shownName = name === '' && relayUrl !== null ? hostOfUrl(relayUrl) : name
  const add = async () => {
    if (relayUrl === null || parts === null) return
    const added = await ask('sources:add', {
      name: shownName,
      relayUrl,
      token: parts,
      buckets: [...buckets],
      targets: [...targets],
    })
    if (added.ok) showScreen({ kind: 'source', id: added.value.id })
    else setFailure([added.error.message, added.error.fix].filter(Boolean).join(' '))
  }
  return (
    <Dialog
      open
      asks
      title="Add source"
      initialFocus={first}
      onClose={closeDialog}
      buttons={
        <>
          <span className={styles['note']}>
            {hasKeyring
              ? "The token goes to this computer's keyring."
              : 'No keyring: the token goes to a file that only you can read.'}
          </span>
          <Button onClick={closeDialog}>Cancel</Button>
          <Button kind="primary" type="submit" form={form} offReason={offReason(trial)}>
            Add source
          </Button>
        </>
      }
    >
      <form
        id={form}
        className={styles['form']}
        onSubmit={(event) => {
          event.preventDefault()
          void add()
        }}
      >
        <p className={styles['faint']}>
          No relay of your own yet?{' '}
          <LinkButton onClick={() => showScreen({ kind: 'doors' })}>
            Another way in: a public channel, my tunnel
          </LinkButton>
        </p>
        <Field
          ref={first}
          label="Relay URL"
          mono
          placeholder="https://hooks.example.com"
          value={url}
          error={words.urlError ?? (url.trim() !== '' && relayUrl === null && url.length > 8 ? WRONG_URL : undefined)}
          proof={words.proof}
          onChange={(event) => setUrl(event.target.value)}
        />
        <Field
          label="Token"
          mono
          type="password"
          placeholder="key:secret"
          value={token}
          help={
            trial.state === 'trying'
              ? 'Asking the relay'
              : 'The key and the secret that the relay told, with a colon between'
          }
          error={describeTokenProblem(token) ?? words.tokenError ?? undefined}
          onChange={(event) => setToken(event.target.value)}
        />
        <div className={styles['pair']}>
          <BucketChoice trial={trial} chosen={buckets} onChange={setBuckets} />
          <Field
            label="Name in Creel"
            value={shownName}
            maxLength={100}
            onChange={(event) => setName(event.target.value)}
          />
        </div>
        <TargetChoice chosen={targets} onChange={setTargets} />
        {failure !== null && <p role="alert">{failure}</p>}
      </form>
    </Dialog>
  )
}

const WRONG_URL = 'The address of a relay looks like https://relay.example.com'

function offReason(trial: RelayTrial): string | null {
  if (trial.state === 'good') return null
  return trial.state === 'trying' ? 'The relay is being asked' : 'Needs a relay and a valid token'
}

type TrialWords = { readonly proof?: string; readonly urlError?: string; readonly tokenError?: string }

/** At which field a failure stands: an address that gives no answer is no fault of the token. */
function describeTrial(trial: RelayTrial): TrialWords {
  if (trial.state === 'good') {
    const { relay, roundTripMs } = trial.test
    return { proof: `${relay.name} ${relay.version} answered in ${formatDuration(roundTripMs)}` }
  }
  if (trial.state !== 'bad') return {}
  const { message, fix, field } = trial.error
  const said = fix === undefined ? message : `${message} ${fix}`
  return field === 'token' ? { tokenError: said } : { urlError: said }
}
