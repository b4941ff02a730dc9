import { Globe, Plus } from 'lucide-react'
import { Button } from '../../parts/button.tsx'
import { Field } from '../../parts/field.tsx'
import { Mark } from '../../parts/mark.tsx'
import { Door, type DoorFrameProps } from './door.tsx'
import styles from './doors.module.css'
import { TrialWords } from './trial-words.tsx'
import type { Channel } from './use-channel.ts'

const ANEW =
  'smee.io writes JSON bodies anew. Spacing and some numbers change, so signatures may not verify. Creel marks each such request.'

export function ChannelDoor({ channel, ...frame }: DoorFrameProps & { readonly channel: Channel }) {
  return (
    <Door
      {...frame}
      name="channel"
      icon={<Globe size={16} aria-hidden />}
      title="A free public channel"
      aside="smee.io, no account"
      text="A URL on the internet at once. Whoever knows it can read what is posted to it."
      foot={
        <TrialWords
          trial={channel.trial}
          otherwise={
            <>
              <Mark name="client-error" />
              <span>{ANEW}</span>
            </>
          }
        />
      }
    >
      <div className={styles['line']}>
        <Field
          label="Channel"
          mono
          placeholder="https://smee.io/"
          value={channel.url}
          onFocus={frame.onChoose}
          onChange={(event) => channel.setUrl(event.target.value)}
        />
        <Button icon={<Plus size={14} />} onClick={() => void channel.make()}>
          Make one
        </Button>
      </div>
    </Door>
  )
}
