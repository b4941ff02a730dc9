import { formatCount } from '../format/bytes.ts'
import { Button } from '../parts/button.tsx'
import styles from './body.module.css'

/** Which rows of very many are shown, and the way to the others. */
export function Portions({
  base,
  shown,
  count,
  onTurn,
}: {
  base: number
  shown: number
  count: number
  onTurn: (by: 1 | -1) => void
}) {
  return (
    <div className={styles['portion']}>
      <span>
        Rows {formatCount(base + 1)} to {formatCount(base + shown)} of {formatCount(count)}
      </span>
      <Button small kind="quiet" offReason={base === 0 ? 'These are the first' : null} onClick={() => onTurn(-1)}>
        Show those before
      </Button>
      <Button
        small
        kind="quiet"
        offReason={base + shown >= count ? 'These are the last' : null}
        onClick={() => onTurn(1)}
      >
        Show the next ones
      </Button>
    </div>
  )
}
