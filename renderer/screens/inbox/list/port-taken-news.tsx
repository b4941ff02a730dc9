import { countdown } from '../../../format/time-ago.ts'
import { ask } from '../../../bridge.ts'
import { Button } from '../../../parts/button.tsx'
import { useClock } from '../../../store/clock.ts'
import { useShell } from '../../../store/shell.ts'
import { showFailure } from '../../../store/toast.ts'
import { BannerFrame, Ticking } from './banner-frame.tsx'

/** The relay of this computer does not run. Another port is offered, and what it costs is said. */
export function PortTakenNews() {
  const relay = useShell((shell) => shell.embeddedRelay)
  const next = useClock((now) =>
    relay.state === 'down' && relay.nextAttemptAt !== null ? `Next try in ${countdown(relay.nextAttemptAt, now)}` : '',
  )
  if (relay.state === 'down')
    return (
      <BannerFrame mark="server-error" tone="fail" title={relay.message}>
        <b>The relay on this computer is down.</b> {relay.message} <Ticking>{next}</Ticking>
      </BannerFrame>
    )
  if (relay.state !== 'port-taken') return null
  return (
    <BannerFrame
      mark="refused"
      tone="fail"
      title={relay.message}
      actions={
        <Button small title="The URLs of this computer change with it" onClick={() => void moveToAnotherPort()}>
          Use another port
        </Button>
      }
    >
      <b>
        Port {relay.port} is taken{relay.by === null ? '' : ` by ${relay.by}`}.
      </b>{' '}
      The URLs of this computer get no answer
    </BannerFrame>
  )
}

async function moveToAnotherPort(): Promise<void> {
  const moved = await ask('relay:use-another-port', {})
  if (!moved.ok) showFailure(moved.error)
}
