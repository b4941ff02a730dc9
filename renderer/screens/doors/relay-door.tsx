import { Server } from 'lucide-react'
import { Field } from '../../parts/field.tsx'
import { useShell } from '../../store/shell.ts'
import { Door, type DoorFrameProps } from './door.tsx'
import { TrialWords } from './trial-words.tsx'
import type { OwnRelay } from './use-relay.ts'

export function RelayDoor({ relay, ...frame }: DoorFrameProps & { readonly relay: OwnRelay }) {
  const hasKeyring = useShell((shell) => shell.hasKeyring)
  const kept = hasKeyring
    ? "It is asked before anything is kept. The token goes to this computer's keyring."
    : 'It is asked before anything is kept. No keyring: the token goes to a file that only you can read.'
  return (
    <Door
      {...frame}
      name="relay"
      icon={<Server size={16} aria-hidden />}
      title="My relay"
      aside="URL and token"
      text="Your own Creel relay on the internet. Every byte stays as it was sent."
      foot={<TrialWords trial={relay.trial} otherwise={<span>{kept}</span>} />}
    >
      <Field
        label="Relay URL"
        mono
        placeholder="https://hooks.example.com"
        value={relay.url}
        onFocus={frame.onChoose}
        onChange={(event) => relay.setUrl(event.target.value)}
      />
      <Field
        label="Token"
        mono
        type="password"
        placeholder="key:secret"
        value={relay.token}
        onFocus={frame.onChoose}
        onChange={(event) => relay.setToken(event.target.value)}
      />
    </Door>
  )
}
