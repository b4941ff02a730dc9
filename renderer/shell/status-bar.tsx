import { connectionProof, describeConnections, type ConnectionProof } from '../format/status-words.ts'
import { countOf, formatBytes, formatCount } from '../format/bytes.ts'
import { hostOfUrl } from '../format/path.ts'
import { Mark } from '../parts/mark.tsx'
import { useClock } from '../store/clock.ts'
import { useCounts } from '../store/counts.ts'
import { useForwarding } from '../store/forwarding.ts'
import { useShell } from '../store/shell.ts'
import { useSources } from '../store/sources.ts'
import { useTargets } from '../store/targets.ts'
import { Resending } from './resending.tsx'
import styles from './status-bar.module.css'

/** Proof of the connection left, held and retrying next, size of the history right. */
export function StatusBar() {
  return (
    <footer className={styles['bar']} aria-label="Status" data-pane="status" tabIndex={-1}>
      <Proof />
      <SourcesLine />
      <Waiting />
      <Resending className={styles['item']} />
      <History />
    </footer>
  )
}

function Proof() {
  const sources = useSources((state) => state.sources)
  const statuses = useSources((state) => state.statuses)
  const relay = useShell((shell) => shell.embeddedRelay)
  // Read once a second, drawn only when the words differ.
  const said = useClock((now) => JSON.stringify(connectionProof(sources, statuses, relay, now)))
  const proof = JSON.parse(said) as ConnectionProof
  return (
    <span className={styles['item']}>
      <Mark name={proof.mark} />
      {proof.text}
    </span>
  )
}

function SourcesLine() {
  const sources = useSources((state) => state.sources)
  const statuses = useSources((state) => state.statuses)
  const relay = useShell((shell) => shell.embeddedRelay)
  const only = sources.length === 1 ? sources[0] : undefined
  const text =
    only?.kind === 'embedded' && relay.state === 'running'
      ? `Relay on ${hostOfUrl(relay.url)}`
      : describeConnections(sources, statuses)
  if (text === '') return null
  return (
    <>
      <span className={styles['line']} />
      <span className={styles['item']}>{text}</span>
    </>
  )
}

function Waiting() {
  const held = useForwarding((forwarding) => forwarding.held)
  const retrying = useForwarding((forwarding) => forwarding.retrying)
  const targets = useTargets((state) => state.targets)
  const statuses = useTargets((state) => state.statuses)
  const down = targets.find((target) => statuses.get(target.id)?.health === 'nothing-listens' && !target.held)
  const heldThere = down === undefined ? 0 : (statuses.get(down.id)?.held ?? 0)
  if (held === 0 && retrying === 0 && down === undefined) return null
  return (
    <>
      <span className={styles['line-wide']} />
      {down !== undefined && (
        <span className={styles['item-wide']}>
          <Mark name="nothing-listens" />
          {hostOfUrl(down.url)} down{heldThere > 0 && `, ${formatCount(heldThere)} held`}
        </span>
      )}
      {held > 0 && heldThere !== held && (
        <span className={styles['item-wide']}>
          <Mark name="held" />
          {formatCount(held)} held
        </span>
      )}
      {retrying > 0 && (
        <span className={styles['item-wide']}>
          <Mark name="retrying" />
          {formatCount(retrying)} retrying
        </span>
      )}
    </>
  )
}

function History() {
  const counts = useCounts((state) => state.counts)
  const text =
    counts === null
      ? ''
      : counts.total === 0
        ? '0 requests'
        : `${countOf(counts.total, 'request')}, ${formatBytes(counts.historyBytes)}`
  return <span className={styles['right']}>{text}</span>
}
