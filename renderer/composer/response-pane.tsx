import { ArrowLeft, Ellipsis, PanelRightOpen, ShieldCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import { EmptyState } from '../parts/empty-state.tsx'
import { IconButton } from '../parts/icon-button.tsx'
import { MarkedText } from '../parts/mark.tsx'
import { Menu, MenuItem } from '../parts/menu.tsx'
import { formatBytes } from '../format/bytes.ts'
import { formatDuration } from '../format/duration.ts'
import { timeAgoInWords } from '../format/time-ago.ts'
import { useClock } from '../store/clock.ts'
import { closeResponse, useComposer } from '../store/composer.ts'
import { closeComposer } from '../store/composer-open.ts'
import { useModifier } from '../store/shell.ts'
import { showRequest } from '../store/view.ts'
import { AnswerTabs } from './answer-tabs.tsx'
import { HostQuestion } from './host-question.tsx'
import { NoAnswer } from './no-answer.tsx'
import styles from './response-pane.module.css'
import { SecretQuestion } from './secret-question.tsx'
import { SendsTable } from './sends-table.tsx'
import type { Response } from './use-response.ts'

/** What came back, beside the editor: the answer, why there is none, or what has to be asked before anything is sent. */
export function ResponsePane({ response }: { response: Response | null }) {
  const hasSends = useComposer((state) => state.sends.length > 0)
  return (
    <section className={styles['pane']} aria-label="Response" data-pane="response" tabIndex={-1}>
      <ResponseHead response={response} />
      <div className={styles['content']}>
        <Content response={response} />
      </div>
      {hasSends && <SendsTable />}
      <Foot response={response} />
    </section>
  )
}

function Content({ response }: { response: Response | null }) {
  const question = useComposer((state) => state.question)
  const refusal = useComposer((state) => state.refusal)
  const modifier = useModifier()
  if (question?.kind === 'host') return <HostQuestion host={question.host} look={question.look} />
  if (question?.kind === 'secret') return <SecretQuestion scheme={question.scheme} message={question.message} />
  if (refusal !== null)
    return (
      <div className={styles['said']} role="alert">
        <h2>It was not sent</h2>
        <p>
          {refusal.message} {refusal.fix}
        </p>
      </div>
    )
  if (response === null)
    return (
      <EmptyState title="Nothing sent yet">
        {modifier} ↵ sends the draft from anywhere. What comes back stands here while you go on editing.
        <Notes />
      </EmptyState>
    )
  return <Outcome response={response} />
}

/** What of a pasted command means nothing here. */
function Notes() {
  const notes = useComposer((state) => state.notes)
  if (notes.length === 0) return null
  return (
    <ul className={styles['notes']} aria-label="Notes on the command">
      {notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  )
}

function Outcome({ response }: { response: Response }) {
  const { attempt, delivery, data, words } = response
  if (delivery === null || data === null) return null
  if (attempt !== null && attempt.answer !== null)
    return <AnswerTabs key={attempt.id} attempt={attempt} answer={attempt.answer} request={data.full.request} />
  if (attempt?.failure !== undefined && attempt.failure !== null)
    return <NoAnswer response={response} attempt={attempt} failure={attempt.failure} />
  return (
    <div className={styles['said']}>
      <p>{words.full}</p>
    </div>
  )
}

function ResponseHead({ response }: { response: Response | null }) {
  const isAsking = useComposer((state) => state.question !== null || state.refusal !== null)
  const isSending = useComposer((state) => state.isSending)
  const shown = isAsking ? null : response
  return (
    <div className={styles['head']}>
      <span className={styles['only-tiny']}>
        <IconButton label="Back to the draft" keys="Esc" icon={<ArrowLeft size={16} />} onClick={closeResponse} />
      </span>
      <output className={styles['result']}>
        {isSending ? (
          <MarkedText mark="sending">Sending</MarkedText>
        ) : shown === null ? (
          'Not sent yet'
        ) : (
          <MarkedText mark={shown.words.mark}>{shown.title}</MarkedText>
        )}
      </output>
      {shown !== null && !isSending && <span className={styles['faint']}>{measures(shown)}</span>}
      <span className={styles['grow']} />
      {shown !== null && <SendAge response={shown} />}
      {response !== null && <ResponseMenu response={response} />}
    </div>
  )
}

function measures({ attempt, sent }: Response): string {
  const ms = attempt?.timings.totalMs ?? sent.result?.latencyMs ?? null
  const bytes = attempt?.answer?.bodyBytes
  return [ms === null ? null : formatDuration(ms), bytes === undefined ? null : formatBytes(bytes)]
    .filter((part) => part !== null)
    .join(', ')
}

function SendAge({ response: { sent } }: { response: Response }) {
  const ago = useClock((now) => timeAgoInWords(sent.receivedAt, now))
  return (
    <span className={styles['age']}>
      send {sent.n}, {ago}
    </span>
  )
}

function ResponseMenu({ response: { sent } }: { response: Response }) {
  const show = (): void => {
    void closeComposer().then(() => showRequest(sent.id))
  }
  return (
    <Menu align="end" trigger={<IconButton label="More for the response" icon={<Ellipsis size={16} />} />}>
      <MenuItem icon={<PanelRightOpen size={16} />} onPick={show}>
        Show it in the list
      </MenuItem>
    </Menu>
  )
}

function Foot({ response }: { response: Response | null }) {
  const hasOriginal = useComposer((state) => state.original !== null)
  const isAsking = useComposer((state) => state.question !== null)
  const signature = response?.data?.signature
  const isVerified = typeof signature === 'object' && signature.state === 'verified'
  const words = wordsOfFoot(isAsking, isVerified, response)
  return (
    <div className={styles['foot']}>
      {words}
      <span className={styles['right']}>{hasOriginal ? 'original untouched' : ''}</span>
    </div>
  )
}

function wordsOfFoot(isAsking: boolean, isVerified: boolean, response: Response | null): ReactNode {
  const answer = response?.attempt?.answer ?? null
  if (isAsking || response === null || answer === null || !isVerified) return <span>The editor keeps the focus</span>
  return (
    <span className={styles['ok']}>
      <ShieldCheck size={14} />
      {response.sent.changes.signature === 'anew' ? 'The new signature verifies' : 'The signature verifies'}
    </span>
  )
}
