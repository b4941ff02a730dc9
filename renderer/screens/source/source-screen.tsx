import { Inbox, Play, Send, Unplug } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { SourceId } from '../../../protocol/ids.ts'
import type { Source } from '../../../protocol/source.ts'
import { describeSource } from '../../format/connection-words.ts'
import { ask, copyText } from '../../bridge.ts'
import { Badge } from '../../parts/badge.tsx'
import { Button } from '../../parts/button.tsx'
import { CopyButton } from '../../parts/copy-button.tsx'
import { Field } from '../../parts/field.tsx'
import { PauseIcon } from '../../parts/pause-icon.tsx'
import { useSettings } from '../../store/settings.ts'
import { sendSample, updateSourceOrTell, useInputs, useSource, useSourceStatus } from '../../store/sources.ts'
import { showInbox } from '../../store/view.ts'
import { hostOfUrl } from '../../format/path.ts'
import { RemoveQuestion } from '../remove-question.tsx'
import styles from '../settings.module.css'
import { ConnectionProofCard } from './connection-proof-card.tsx'
import { PublicAddress } from './public-address.tsx'
import { SourceKeeping } from './source-keeping.tsx'
import { TargetChoice } from './target-choice.tsx'
import { TokenReplace } from './token-replace.tsx'

/** One source: its public URLs, its relay, where its requests go, and the proof of its connection. */
export function SourceScreen({ id }: { id: SourceId }) {
  const source = useSource(id)
  useEffect(() => {
    if (source === undefined) showInbox('all')
  }, [source])
  if (source === undefined) return null
  return (
    <main className={styles['screen']} aria-label="Source" data-pane="screen" tabIndex={-1}>
      <SourceBar source={source} />
      <div className={styles['body']}>
        <div className={styles['column']}>
          <PublicUrls source={source} />
          {source.kind === 'embedded' && <PublicAddress />}
          <NameField source={source} />
          {source.kind === 'smee' && (
            <p className={styles['help']}>
              {hostOfUrl(source.relayUrl)} writes JSON bodies anew and keeps nothing: what is sent while Creel is away
              is lost. Signatures may not verify, and Creel marks each such request.
            </p>
          )}
          {source.kind === 'creel' && <Field label="Relay" mono readOnly value={source.relayUrl} />}
          {source.kind === 'creel' && <TokenReplace source={source} />}
          <TargetChoice
            chosen={source.targets}
            onChange={(targets) => void updateSourceOrTell({ id, targets: [...targets] })}
          />
          <span className={styles['help']}>A change takes effect from the next request.</span>
          <SourceKeeping source={source} />
          {source.kind !== 'embedded' && (
            <RemoveQuestion
              what="source"
              name={source.name}
              stays="Requests that came through it stay in the history."
              remove={() => ask('sources:remove', { id: source.id })}
            />
          )}
        </div>
        <ConnectionProofCard source={source} />
      </div>
    </main>
  )
}

function SourceBar({ source }: { source: Source }) {
  const status = useSourceStatus(source.id)
  const words = describeSource(source, status, 0)
  const canSend = (status?.inputs.length ?? 0) > 0
  return (
    <div className={styles['bar']}>
      <h1 className={styles['title']}>{source.name}</h1>
      <Badge mark={words.mark}>{words.word}</Badge>
      {source.held && <Badge mark="held">on hold</Badge>}
      <span className={styles['grow']} />
      <Button kind="quiet" icon={<Inbox size={14} />} onClick={() => showInbox('all', source.id)}>
        Show requests
      </Button>
      <Button
        kind="quiet"
        icon={source.held ? <Play size={14} /> : <PauseIcon size={14} />}
        onClick={() => void updateSourceOrTell({ id: source.id, held: !source.held })}
      >
        {source.held ? 'Release' : 'Hold'}
      </Button>
      <Button
        kind="quiet"
        icon={<Unplug size={14} />}
        onClick={() => void updateSourceOrTell({ id: source.id, disconnected: !source.disconnected })}
      >
        {source.disconnected ? 'Connect' : 'Disconnect'}
      </Button>
      <Button
        icon={<Send size={14} />}
        offReason={canSend ? null : 'Its public URL is not known before it was connected'}
        onClick={() => void sendSample(source.id, 'hello')}
      >
        Send a test webhook
      </Button>
    </div>
  )
}

function PublicUrls({ source }: { source: Source }) {
  const inputs = useInputs(source.id)
  // One of this computer is public through a tunnel alone, and nobody far away should be given it before.
  const isLocal = useSettings((settings) => settings.publicUrl) === null && source.kind === 'embedded'
  const name = isLocal ? 'URL on this computer' : 'Public URL'
  if (inputs.length === 0)
    return <Field label={name} mono readOnly value="" help="Known as soon as the relay has told" />
  return inputs.map((input) => (
    <div key={input.id} className={styles['line']}>
      <Field
        label={inputs.length === 1 ? name : `${name}, ${input.name}`}
        mono
        readOnly
        value={input.url}
        help={`${isLocal ? 'Use it in any program on this computer.' : 'Give this URL to the sender.'} It stays the same after a restart.`}
      />
      <CopyButton
        className={styles['beside']}
        label={`Copy URL of ${input.name}`}
        text="Copy URL"
        copy={() => copyText(input.url)}
      />
    </div>
  ))
}

function NameField({ source }: { source: Source }) {
  const [name, setName] = useState(source.name)
  const save = () => {
    const next = name.trim()
    if (next !== '' && next !== source.name) void updateSourceOrTell({ id: source.id, name: next })
    else setName(source.name)
  }
  return (
    <Field
      label="Name in Creel"
      value={name}
      maxLength={100}
      onChange={(event) => setName(event.target.value)}
      onBlur={save}
      onKeyDown={(event) => event.key === 'Enter' && save()}
    />
  )
}
