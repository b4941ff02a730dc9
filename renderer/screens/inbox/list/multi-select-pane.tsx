import { Pin, Trash2, X } from 'lucide-react'
import { useState } from 'react'
import { formatCount } from '../../../format/bytes.ts'
import { hostOfUrl } from '../../../format/path.ts'
import { Button } from '../../../parts/button.tsx'
import { IconButton } from '../../../parts/icon-button.tsx'
import { Segmented } from '../../../parts/segmented.tsx'
import type { ResendTo } from '../../../../protocol/resend.ts'
import { clearMultiSelection, useMultiSelection } from '../../../store/multi-select.ts'
import { deleteRequests } from '../../../store/deletion.ts'
import { pinRequests } from '../../../store/many-verbs.ts'
import { useRequests } from '../../../store/requests.ts'
import { resendMany, useResendJobs } from '../../../store/resend-many.ts'
import { useModifier } from '../../../store/shell.ts'
import { useTargets } from '../../../store/targets.ts'
import { ResendJobCard } from './multi-select-job.tsx'
import { TargetOfResends } from './multi-select-target.tsx'
import styles from './multi-select.module.css'

/** As many as one job takes. */
const MOST = 1000

/** Several requests: what can be done with all of them, and how it goes. */
export function MultiSelectPane() {
  const ids = useMultiSelection((state) => state.ids)
  const byId = useRequests((state) => state.rows.byId)
  const jobs = useResendJobs((state) => state.jobs)
  const modifier = useModifier()
  const job = jobs.find(({ outcomes }) => outcomes.every(({ requestId }) => ids.has(requestId)))
  const whole = [...ids].filter((id) => byId.get(id)?.detail === null)
  return (
    <div className={styles['pane']} role="group" aria-label={`${formatCount(ids.size)} requests selected`}>
      <div className={styles['toolbar']} role="toolbar" aria-label="Selected requests">
        <h2 className={styles['title']}>{formatCount(ids.size)} requests selected</h2>
        <span className={styles['grow']} />
        <IconButton label="Pin" keys="P" icon={<Pin size={16} />} onClick={() => void pinRequests([...ids])} />
        <IconButton
          label="Delete"
          keys={`${modifier} ⌫`}
          icon={<Trash2 size={16} />}
          onClick={() => void deleteRequests([...ids])}
        />
        <IconButton label="Clear the selection" keys="Esc" icon={<X size={16} />} onClick={clearMultiSelection} />
      </div>
      <div className={styles['content']}>
        <ResendForm ids={whole} isRunning={job?.state === 'running'} />
        {ids.size > whole.length && (
          <p className={styles['hint']}>
            {formatCount(ids.size - whole.length)} of them never arrived and cannot be resent.
          </p>
        )}
        {job !== undefined && <ResendJobCard job={job} />}
      </div>
    </div>
  )
}

type Pace = 'one-by-one' | 'paced'

function ResendForm({ ids, isRunning }: { ids: Parameters<typeof resendMany>[0]; isRunning: boolean }) {
  const targets = useTargets((state) => state.targets)
  const [pace, setPace] = useState<Pace>('one-by-one')
  const [perSecond, setPerSecond] = useState(5)
  const [to, setTo] = useState<ResendTo>({ kind: 'own' })
  const target = to.kind === 'target' ? targets.find(({ id }) => id === to.id) : undefined
  const send = (): void => void resendMany(ids, { pacePerSecond: pace === 'paced' ? perSecond : null, to })
  return (
    <section className={styles['form']} aria-label="Resend in order, oldest first">
      <h3 className={styles['label']}>Resend in order, oldest first</h3>
      <div className={styles['line']}>
        <Segmented
          label="Pace"
          value={pace}
          onChange={setPace}
          segments={[
            { value: 'one-by-one', label: 'One by one' },
            { value: 'paced', label: 'At a pace' },
          ]}
        />
        {pace === 'paced' && (
          <label className={styles['pace']}>
            <input
              type="number"
              min={0.1}
              max={1000}
              aria-label="Requests a second, at most"
              className={styles['number']}
              value={Number.isNaN(perSecond) ? '' : perSecond}
              onChange={(event) => setPerSecond(event.target.valueAsNumber)}
            />
            a second, at most
          </label>
        )}
      </div>
      <p className={styles['hint']}>
        {pace === 'one-by-one'
          ? 'Each goes when the one before has its answer.'
          : 'Each goes when the one before has its answer, and no sooner than the pace says.'}
      </p>
      <div className={styles['line']}>
        <TargetOfResends
          label={target === undefined ? 'to their targets' : `to ${hostOfUrl(target.url)}`}
          targets={targets}
          onPick={setTo}
        />
        <Button kind="primary" keys="R" offReason={whyNotSend(ids.length, isRunning, pace, perSecond)} onClick={send}>
          Resend {formatCount(ids.length)}
        </Button>
      </div>
    </section>
  )
}

function whyNotSend(count: number, isRunning: boolean, pace: Pace, perSecond: number): string | null {
  if (isRunning) return 'they are being resent'
  if (count === 0) return 'none of them arrived whole'
  if (count > MOST) return `at most ${formatCount(MOST)} at once`
  return pace === 'paced' && !(perSecond >= 0.1 && perSecond <= 1000)
    ? 'write a number from 0.1 to 1000 a second'
    : null
}
