import { useState } from 'react'
import { ask } from '../../bridge.ts'
import { formatDuration } from '../../format/duration.ts'
import { useSettings } from '../../store/settings.ts'
import { failed, IDLE, type Trial, type Way } from './way.ts'

export type TunnelProgram = 'cloudflared' | 'ngrok' | 'tailscale'

/** What starts each program so that it leads to a port of this computer. */
export function tunnelCommand(program: TunnelProgram, port: number): string {
  switch (program) {
    case 'cloudflared':
      return `cloudflared tunnel --url http://127.0.0.1:${port}`
    case 'ngrok':
      return `ngrok http ${port}`
    case 'tailscale':
      return `tailscale funnel ${port}`
  }
}

export type Tunnel = Way & {
  readonly url: string
  readonly trial: Trial
  /** What is set already, or null. */
  readonly publicUrl: string | null
  setUrl(url: string): void
  check(): Promise<void>
  /** The URLs of the relay of this computer begin with its own address again. */
  stopUsing(): Promise<void>
}

/** A tunnel to the relay of this computer: proven by a request of Creel's own before its address is given to anybody. */
export function useTunnel(): Tunnel {
  const publicUrl = useSettings((settings) => settings.publicUrl)
  const [typed, setTyped] = useState<string | null>(null)
  const [checked, setChecked] = useState<{ readonly url: string; readonly trial: Trial } | null>(null)
  const url = typed ?? publicUrl ?? ''
  const wanted = url.trim()
  const trial = checked?.url === wanted ? checked.trial : IDLE
  return {
    url,
    trial,
    publicUrl,
    setUrl: setTyped,
    async check() {
      setChecked({ url: wanted, trial: { state: 'trying', words: 'A canary is on its way' } })
      const proven = await ask('relay:prove-public-url', { url: wanted })
      const words = proven.ok
        ? `A canary went out and came back through it in ${formatDuration(proven.value.roundTripMs)}.`
        : ''
      setChecked({ url: wanted, trial: proven.ok ? { state: 'good', words } : failed(proven.error) })
    },
    async stopUsing() {
      setTyped('')
      const stopped = await ask('relay:set-public-url', { url: null })
      if (!stopped.ok) setChecked({ url: '', trial: failed(stopped.error) })
    },
    offReason: trial.state === 'good' ? null : 'Needs a public URL that was checked',
    async go() {
      const set = await ask('relay:set-public-url', { url: wanted })
      return set.ok ? { ok: true, value: null } : set
    },
  }
}
