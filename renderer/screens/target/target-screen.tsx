import { Play } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { TargetId } from '../../../protocol/ids.ts'
import { describeTargetUrlProblem, type Target, type TargetStatus } from '../../../protocol/target.ts'
import { countOf, formatCount } from '../../format/bytes.ts'
import { describeSource, describeTarget } from '../../format/connection-words.ts'
import { hostOfUrl } from '../../format/path.ts'
import { readTarget } from '../../format/target-url.ts'
import { ask } from '../../bridge.ts'
import { Badge } from '../../parts/badge.tsx'
import { Button } from '../../parts/button.tsx'
import { Mark } from '../../parts/mark.tsx'
import { PauseIcon } from '../../parts/pause-icon.tsx'
import { useSources } from '../../store/sources.ts'
import { updateTarget, updateTargetOrTell, useTarget, useTargetStatus } from '../../store/targets.ts'
import { showInbox } from '../../store/view.ts'
import { RemoveQuestion } from '../remove-question.tsx'
import styles from '../settings.module.css'
import { TargetDown } from './target-down.tsx'
import { TargetOptionsFields } from './target-options.tsx'
import { UrlField } from './url-field.tsx'

/** One target: its address, how requests are sent to it, and who uses it. */
export function TargetScreen({ id }: { id: TargetId }) {
  const target = useTarget(id)
  const status = useTargetStatus(id)
  useEffect(() => {
    if (target === undefined) showInbox('all')
  }, [target])
  if (target === undefined) return null
  return (
    <main className={styles['screen']} aria-label="Target" data-pane="screen" tabIndex={-1}>
      <TargetBar target={target} />
      <div className={styles['body']}>
        <div className={styles['column']}>
          <TargetDown target={target} />
          <TargetUrlField key={target.url} target={target} />
          <TargetOptionsFields target={target} />
          <RemoveQuestion
            what="target"
            name={hostOfUrl(target.url)}
            stays={`${describeWaiting(status)}What was sent to it stays in the history.`}
            remove={() => ask('targets:remove', { id: target.id })}
          />
        </div>
        <TargetFacts target={target} />
      </div>
    </main>
  )
}

/** What a removal ends, said before it: deliveries that wait are not sent any more. */
function describeWaiting(status: TargetStatus | undefined): string {
  const waiting = (status?.held ?? 0) + (status?.queued ?? 0)
  return waiting === 0 ? '' : `${countOf(waiting, 'delivery', 'deliveries')} waiting for it will be cancelled. `
}

function TargetBar({ target }: { target: Target }) {
  const words = describeTarget(target, useTargetStatus(target.id))
  return (
    <div className={styles['bar']}>
      <h1 className={styles['title']}>{hostOfUrl(target.url)}</h1>
      <Badge mark={words.mark}>{words.full}</Badge>
      <span className={styles['grow']} />
      <Button
        icon={target.held ? <Play size={14} /> : <PauseIcon size={14} />}
        onClick={() => void updateTargetOrTell({ id: target.id, held: !target.held })}
      >
        {target.held ? 'Release this target' : 'Hold this target'}
      </Button>
    </div>
  )
}

function TargetUrlField({ target }: { target: Target }) {
  const [text, setText] = useState(target.url)
  const [failure, setFailure] = useState<string | null>(null)
  const save = async (typed: string) => {
    const url = readTarget(typed)
    const problem = describeTargetUrlProblem(url)
    setFailure(problem)
    if (problem !== null || url === target.url) return
    const updated = await updateTarget({ id: target.id, url })
    if (updated === null) setText(target.url)
    else if (!updated.ok) setFailure(updated.error.message)
  }
  return (
    <UrlField
      value={text}
      error={failure}
      help="localhost is tried on 127.0.0.1 and ::1."
      onChange={setText}
      onCommit={(typed) => void save(typed)}
    />
  )
}

function TargetFacts({ target }: { target: Target }) {
  const status = useTargetStatus(target.id)
  const sources = useSources((state) => state.sources)
  const statuses = useSources((state) => state.statuses)
  const users = sources.filter((source) => source.targets.includes(target.id))
  const facts = [
    ['Sending', status?.sending ?? 0],
    ['Queued', status?.queued ?? 0],
    ['Held', status?.held ?? 0],
  ] as const
  return (
    <section className={styles['aside']} aria-label="Use">
      <h2 className={styles['heading']}>Now</h2>
      <dl className={styles['card']}>
        {facts.map(([name, count]) => (
          <div key={name} className={styles['fact']}>
            <dt>{name}</dt>
            <dd>{formatCount(count)}</dd>
          </div>
        ))}
      </dl>
      <h2 className={styles['heading']}>Used by</h2>
      <div className={styles['card']}>
        {users.length === 0 && <span className={styles['help']}>No source sends here yet</span>}
        {users.map((source) => (
          <span key={source.id} className={styles['fact']}>
            <Mark name={describeSource(source, statuses.get(source.id), 0).mark} /> {source.name}
          </span>
        ))}
      </div>
    </section>
  )
}
