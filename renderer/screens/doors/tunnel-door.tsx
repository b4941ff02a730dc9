import { useState } from 'react'
import { Waypoints } from 'lucide-react'
import { copyText } from '../../bridge.ts'
import { Button } from '../../parts/button.tsx'
import { CopyButton } from '../../parts/copy-button.tsx'
import { Field } from '../../parts/field.tsx'
import { Segmented } from '../../parts/segmented.tsx'
import { useShell } from '../../store/shell.ts'
import { Door, type DoorFrameProps } from './door.tsx'
import styles from './doors.module.css'
import { TrialWords } from './trial-words.tsx'
import { tunnelCommand, type Tunnel, type TunnelProgram } from './use-tunnel.ts'

const PROGRAMS: readonly { readonly value: TunnelProgram; readonly label: string }[] = [
  { value: 'cloudflared', label: 'cloudflared' },
  { value: 'ngrok', label: 'ngrok' },
  { value: 'tailscale', label: 'tailscale' },
]

export function TunnelDoor({ tunnel, ...frame }: DoorFrameProps & { readonly tunnel: Tunnel }) {
  const [program, setProgram] = useState<TunnelProgram>('cloudflared')
  const port = useShell(({ embeddedRelay }) => (embeddedRelay.state === 'running' ? embeddedRelay.port : null))
  const command = port === null ? '' : tunnelCommand(program, port)
  const isUsed = tunnel.publicUrl !== null && tunnel.url.trim() === tunnel.publicUrl
  return (
    <Door
      {...frame}
      name="tunnel"
      icon={<Waypoints size={16} aria-hidden />}
      title="My tunnel"
      aside={<Segmented label="Tunnel program" segments={PROGRAMS} value={program} onChange={setProgram} />}
      text={
        <>
          Point it at port <code>{port ?? ''}</code> of this computer, then paste the public URL it prints.
        </>
      }
      foot={
        <TrialWords
          trial={tunnel.trial}
          otherwise={
            <span>
              {isUsed
                ? 'The URLs of this computer begin with this address.'
                : 'A request of Creel goes out to it and has to come in here.'}
            </span>
          }
        />
      }
    >
      <div className={styles['line']}>
        <Field label="Run this" mono readOnly value={command} />
        <CopyButton label="Copy the command" copy={() => copyText(command)} />
      </div>
      <div className={styles['line']}>
        <Field
          label="Public URL"
          mono
          placeholder="https://calm-otter-41.trycloudflare.com"
          value={tunnel.url}
          onFocus={frame.onChoose}
          onChange={(event) => tunnel.setUrl(event.target.value)}
          onKeyDown={(event) => event.key === 'Enter' && void tunnel.check()}
        />
        {isUsed && (
          <Button kind="quiet" onClick={() => void tunnel.stopUsing()}>
            Stop using it
          </Button>
        )}
        <Button
          offReason={tunnel.url.trim() === '' ? 'Needs the URL that the tunnel prints' : null}
          onClick={() => void tunnel.check()}
        >
          Check
        </Button>
      </div>
    </Door>
  )
}
