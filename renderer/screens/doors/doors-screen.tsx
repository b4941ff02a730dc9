import { useState } from 'react'
import { Button } from '../../parts/button.tsx'
import { useSources } from '../../store/sources.ts'
import { showFailure } from '../../store/toast.ts'
import { useCounts } from '../../store/counts.ts'
import { showInbox, showScreen } from '../../store/view.ts'
import { ChannelDoor } from './channel-door.tsx'
import { ComputerDoor } from './computer-door.tsx'
import type { DoorName } from './door.tsx'
import styles from './doors.module.css'
import { RelayDoor } from './relay-door.tsx'
import { TunnelDoor } from './tunnel-door.tsx'
import { useChannel } from './use-channel.ts'
import { useOwnRelay } from './use-relay.ts'
import { useTunnel } from './use-tunnel.ts'
import type { Way } from './way.ts'

const NAMES: Readonly<Record<DoorName, string>> = {
  computer: 'this computer',
  channel: 'the channel',
  relay: 'my relay',
  tunnel: 'my tunnel',
}

const READY: Way = { offReason: null, go: async () => ({ ok: true, value: null }) }

/** The four ways by which webhooks come in. Each becomes a source, or a public address of the one that is there. */
export function DoorsScreen() {
  const [chosen, setChosen] = useState<DoorName>('computer')
  const computer = useSources((state) => state.sources.find((one) => one.kind === 'embedded'))
  const channel = useChannel()
  const relay = useOwnRelay()
  const tunnel = useTunnel()
  const way = { computer: READY, channel, relay, tunnel }[chosen]
  const frame = (name: DoorName) => ({ isChosen: chosen === name, onChoose: () => setChosen(name) })
  const go = async () => {
    if (way.offReason !== null) return
    const gone = await way.go()
    if (!gone.ok) showFailure(gone.error)
    else if (gone.value !== null) showScreen({ kind: 'source', id: gone.value })
    else showScreen({ kind: 'welcome' })
  }
  return (
    <main className={styles['screen']} aria-label="Ways in" data-pane="screen" tabIndex={-1}>
      <form
        className={styles['column']}
        onSubmit={(event) => {
          event.preventDefault()
          void go()
        }}
      >
        <div>
          <h1 className={styles['title']}>Where do your webhooks come in?</h1>
          <p className={styles['lead']}>Each way becomes a source. You can add the others at any time.</p>
        </div>
        <div className={styles['doors']} role="radiogroup" aria-label="Ways in">
          <ComputerDoor {...frame('computer')} source={computer} />
          <ChannelDoor {...frame('channel')} channel={channel} />
          <RelayDoor {...frame('relay')} relay={relay} />
          <TunnelDoor {...frame('tunnel')} tunnel={tunnel} />
        </div>
        <div className={styles['bottom']}>
          <Button kind="quiet" onClick={goBack}>
            Back
          </Button>
          <span className={styles['note']}>No account is needed for any of them.</span>
          <Button kind="primary" type="submit" className={styles['continue']} offReason={way.offReason}>
            Continue with {NAMES[chosen]}
          </Button>
        </div>
      </form>
    </main>
  )
}

/** To where one came from: the first screen until something was received, the list from then on. */
function goBack(): void {
  if ((useCounts.getState().counts?.total ?? 0) > 0) showInbox('all')
  else showScreen({ kind: 'welcome' })
}
