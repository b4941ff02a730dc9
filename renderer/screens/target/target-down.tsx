import { RefreshCw } from 'lucide-react'
import type { Target } from '../../../protocol/target.ts'
import { countOf } from '../../format/bytes.ts'
import { hostOfUrl } from '../../format/path.ts'
import { countdown } from '../../format/time-ago.ts'
import { Button } from '../../parts/button.tsx'
import { Mark } from '../../parts/mark.tsx'
import { useClock } from '../../store/clock.ts'
import { probeTarget, updateTargetOrTell, useTargetStatus } from '../../store/targets.ts'
import styles from './target-down.module.css'

/** What was tried, how many wait, and the ports that are open: one click sends everything there instead. */
export function TargetDown({ target }: { target: Target }) {
  const status = useTargetStatus(target.id)
  const next = useClock((now) =>
    status?.nextProbeAt === null || status === undefined ? '' : `; next look in ${countdown(status.nextProbeAt, now)}`,
  )
  if (status?.health !== 'nothing-listens') return null
  const waits = status.held + status.queued
  const change = (port: number) => void updateTargetOrTell({ id: target.id, url: withPort(target.url, port) })
  return (
    <section className={styles['note']} aria-label="Target down">
      <Mark name="no-answer" />
      <div className={styles['text']}>
        <h2>Nothing is listening on {hostOfUrl(target.url)}</h2>
        <p>
          {countOf(waits, 'delivery', 'deliveries')} {waits === 1 ? 'waits' : 'wait'} in order and{' '}
          {waits === 1 ? 'goes' : 'go'} out when it is back{next}.
          {status.listening.length > 0 && ' These ports are open:'}
        </p>
        <div className={styles['ports']}>
          {status.listening.map(({ port, process }) => (
            <Button key={port} small onClick={() => change(port)}>
              <code>{port}</code>
              {process !== null && <span className={styles['process']}>{process}</span>}
              <span className="visually-hidden">: send there instead</span>
            </Button>
          ))}
        </div>
        <Button small icon={<RefreshCw size={14} />} onClick={() => void probeTarget(target.id)}>
          Look now
        </Button>
      </div>
    </section>
  )
}

/** The same address on another port; its path stays as it is written. */
function withPort(url: string, port: number): string {
  return url.replace(/^(https?:\/\/(?:\[[^\]]+\]|[^/:?#]+))(?::\d+)?/i, `$1:${port}`)
}
