import { useState } from 'react'
import type { Target } from '../../../protocol/target.ts'
import { hostOfUrl } from '../../format/path.ts'
import { Checkbox } from '../../parts/choice.tsx'
import { Field } from '../../parts/field.tsx'
import { Segmented } from '../../parts/segmented.tsx'
import { updateTargetOrTell } from '../../store/targets.ts'
import styles from '../settings.module.css'

type Options = Target['options']

const WAITS = [
  { value: '3000', label: '3 s' },
  { value: '30000', label: '30 s' },
  { value: '300000', label: '5 min' },
  { value: 'none', label: 'No limit' },
] as const
type Wait = (typeof WAITS)[number]['value']

/** How requests are sent to a target. Each change holds from the next attempt on. */
export function TargetOptionsFields({ target }: { target: Target }) {
  const { options } = target
  const save = (change: Partial<Options>) => void updateTargetOrTell({ id: target.id, options: change })
  return (
    <>
      <WaitChoice options={options} onChange={save} />
      <InFlight options={options} onChange={save} />
      <Checkbox
        checked={options.keepHost}
        help={`Else Host is ${hostOfUrl(target.url)}; most frameworks refuse another.`}
        onChange={(event) => save({ keepHost: event.target.checked })}
      >
        Keep the sender's Host line
      </Checkbox>
      <Checkbox
        checked={options.allowSelfSigned}
        help="Only for https, only for this target."
        onChange={(event) => save({ allowSelfSigned: event.target.checked })}
      >
        Accept this target's self-signed certificate
      </Checkbox>
      <Checkbox
        checked={options.refuseClimbingPaths}
        help="For a target with a path of its own: /hooks/../admin is not sent."
        onChange={(event) => save({ refuseClimbingPaths: event.target.checked })}
      >
        Refuse paths that climb out
      </Checkbox>
    </>
  )
}

function WaitChoice({ options, onChange }: { options: Options; onChange: (change: Partial<Options>) => void }) {
  const current = String(options.firstByteTimeoutMs ?? 'none')
  const choose = (wait: Wait) => {
    const limit = wait === 'none' ? null : Number(wait)
    // Between bytes no less than to the first one, or a slow stream would be cut where a slow start is not.
    onChange({ firstByteTimeoutMs: limit, idleTimeoutMs: limit === null ? null : Math.max(limit, 30_000) })
  }
  return (
    <div className={styles['field']}>
      <span className={styles['label']}>Wait for an answer</span>
      <Segmented label="Wait for an answer" segments={WAITS} value={current as Wait} onChange={choose} />
      <span className={styles['help']}>No limit is for breakpoints: nothing fails, later requests wait in order.</span>
    </div>
  )
}

function InFlight({ options, onChange }: { options: Options; onChange: (change: Partial<Options>) => void }) {
  const [text, setText] = useState(String(options.inFlight))
  const number = Number(text)
  const isRight = Number.isInteger(number) && number >= 1 && number <= 64
  const save = () => {
    if (isRight && number !== options.inFlight) onChange({ inFlight: number })
  }
  return (
    <Field
      label="Requests at once"
      unit="started in the order they came"
      inputMode="numeric"
      value={text}
      help="1 sends strictly one after the other, at about a sixth of the speed."
      error={isRight ? undefined : 'Write a number from 1 to 64'}
      onChange={(event) => setText(event.target.value)}
      onBlur={save}
      onKeyDown={(event) => event.key === 'Enter' && save()}
    />
  )
}
