import { countdown } from '../../../format/time-ago.ts'
import { useClock } from '../../../store/clock.ts'
import { useShell } from '../../../store/shell.ts'
import { BannerFrame, Ticking } from './banner-frame.tsx'

/** The history takes nothing in: the worst there is, because nothing may be acknowledged meanwhile. */
export function HistoryNews() {
  const history = useShell((shell) => shell.history)
  const next = useClock((now) =>
    history.state === 'broken' && history.nextAttemptAt !== null
      ? ` Next try in ${countdown(history.nextAttemptAt, now)}`
      : '',
  )
  if (history.state === 'good') return null
  const said = `${history.message} ${history.fix}`
  return (
    <BannerFrame mark="server-error" tone="fail" title={said}>
      <b>{history.message}</b> {history.fix}
      <Ticking>{next}</Ticking>
    </BannerFrame>
  )
}
