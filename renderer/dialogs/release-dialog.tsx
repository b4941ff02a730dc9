import { useRef, useState } from 'react'
import type { Release } from '../../protocol/ipc.ts'
import { formatCount } from '../format/bytes.ts'
import { Button } from '../parts/button.tsx'
import { Radio } from '../parts/choice.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { setForwarding } from '../store/forwarding.ts'
import { closeDialog } from '../store/view.ts'
import styles from './dialogs.module.css'

type Kind = Release['kind']

/** What becomes of many held deliveries. The choice is made here once: nothing is sent before it. */
export function ReleaseDialog({ held }: { held: number }) {
  const keep = useRef<HTMLButtonElement>(null)
  const [kind, setKind] = useState<Kind>('all')
  const [perSecond, setPerSecond] = useState(5)
  const [last, setLast] = useState(20)
  const sent = kind === 'all' ? held : kind === 'last' ? Math.min(last, held) : 0
  const offReason = describeWrongNumber(kind, perSecond, last)
  const send = () => {
    closeDialog()
    void setForwarding(true, makeRelease(kind, perSecond, last))
  }
  const choose = {
    name: 'release',
    onChange: (event: { target: HTMLInputElement }) => setKind(event.target.value as Kind),
  }
  return (
    <Dialog
      open
      asks
      title={`Turn forwarding on, with ${formatCount(held)} held?`}
      initialFocus={keep}
      onClose={closeDialog}
      buttons={
        <>
          <span className={styles['note']}>Asked when more than 20 are held</span>
          <Button ref={keep} onClick={closeDialog}>
            Keep holding
          </Button>
          <Button kind="primary" offReason={offReason} onClick={send}>
            {sent === 0 ? 'Turn on, send none' : `Turn on and send ${formatCount(sent)}`}
          </Button>
        </>
      }
    >
      <div className={styles['choices']} role="radiogroup" aria-label="What becomes of what is held">
        <div className={styles['choice']}>
          <Radio
            {...choose}
            value="all"
            checked={kind === 'all'}
            help={`Takes about ${describeSeconds(held / Math.max(perSecond || 0, 0.1))}. Hold stops it at any time, order kept.`}
          >
            <span className={styles['choice-line']}>
              Send all, in order, at
              <NumberInput
                label="Deliveries a second"
                value={perSecond}
                onChange={setPerSecond}
                onUse={() => setKind('all')}
              />
              a second
            </span>
          </Radio>
        </div>
        <div className={styles['choice']}>
          <Radio
            {...choose}
            value="last"
            checked={kind === 'last'}
            help={`The other ${formatCount(Math.max(0, held - last))} are marked as skipped and can be resent.`}
          >
            <span className={styles['choice-line']}>
              Send only the last
              <NumberInput label="How many of the last" value={last} onChange={setLast} onUse={() => setKind('last')} />
            </span>
          </Radio>
        </div>
        <div className={styles['choice']}>
          <Radio
            {...choose}
            value="none"
            checked={kind === 'none'}
            help={`All ${formatCount(held)} are marked as skipped. What comes from now on is forwarded.`}
          >
            <span className={styles['choice-line']}>Send none</span>
          </Radio>
        </div>
      </div>
    </Dialog>
  )
}

function NumberInput(props: { label: string; value: number; onChange: (value: number) => void; onUse: () => void }) {
  return (
    <input
      type="number"
      min={1}
      aria-label={props.label}
      className={styles['number']}
      value={Number.isNaN(props.value) ? '' : props.value}
      onFocus={props.onUse}
      onChange={(event) => props.onChange(event.target.valueAsNumber)}
    />
  )
}

/** An estimate needs no tenths: "43 s", "7 min". */
function describeSeconds(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${formatCount(Math.round(seconds / 60))} min`
}

function makeRelease(kind: Kind, perSecond: number, last: number): Release {
  if (kind === 'all') return { kind, perSecond }
  return kind === 'last' ? { kind, count: last } : { kind }
}

function describeWrongNumber(kind: Kind, perSecond: number, last: number): string | null {
  if (kind === 'all' && !(perSecond >= 0.1 && perSecond <= 1000)) return 'Write a number from 0.1 to 1000 a second'
  if (kind === 'last' && !(Number.isInteger(last) && last >= 1)) return 'Write how many of the last to send'
  return null
}
