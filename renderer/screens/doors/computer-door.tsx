import { Monitor } from 'lucide-react'
import type { Source } from '../../../protocol/source.ts'
import { describeSource } from '../../format/connection-words.ts'
import { copyText } from '../../bridge.ts'
import { CopyButton } from '../../parts/copy-button.tsx'
import { Field } from '../../parts/field.tsx'
import { Mark } from '../../parts/mark.tsx'
import { useClock } from '../../store/clock.ts'
import { useShell } from '../../store/shell.ts'
import { useInputs, useSourceStatus } from '../../store/sources.ts'
import { Door, type DoorFrameProps } from './door.tsx'
import styles from './doors.module.css'

/** The relay that runs already. */
export function ComputerDoor({ source, ...frame }: DoorFrameProps & { readonly source: Source | undefined }) {
  const status = useSourceStatus(source?.id ?? null)
  const relay = useShell((shell) => shell.embeddedRelay)
  const url = useInputs(source?.id ?? null)[0]?.url
  const mark = source === undefined ? 'reconnecting' : describeSource(source, status, 0).mark
  const said = useClock((now) => (source === undefined ? 'Connecting' : describeSource(source, status, now).full))
  const problem = relay.state === 'port-taken' || relay.state === 'down' ? relay.message : null
  return (
    <Door
      {...frame}
      name="computer"
      icon={<Monitor size={16} aria-hidden />}
      title="This computer"
      aside={url === undefined ? 'starting' : 'ready'}
      text="For programs that run here, and for trying things. Nothing leaves this machine."
      foot={
        <>
          <Mark name={problem === null ? mark : 'refused'} />
          <span>{problem ?? said}</span>
        </>
      }
    >
      <div className={styles['line']}>
        <Field label="URL" mono readOnly value={url ?? ''} />
        <CopyButton
          label="Copy URL of this computer"
          text="Copy URL"
          copy={() => (url === undefined ? Promise.resolve(false) : copyText(url))}
        />
      </div>
    </Door>
  )
}
