import type { DeliveryFailure } from '../../../../../protocol/delivery.ts'
import { describeTried, sentence } from '../explanation.tsx'
import styles from './deliveries.module.css'

/** Why an attempt got no answer: the sentence, the addresses, and what does listen. */
export function FailureWords({ failure }: { failure: DeliveryFailure }) {
  // Most sentences name the ports already.
  const portsToTell = failure.listening.filter(({ port }) => !failure.message.includes(String(port)))
  const tried = describeTried(failure)
  return (
    <div className={styles['failure']}>
      <p>{sentence(failure.message)}</p>
      {tried !== '' && <p className={styles['faint']}>{tried}</p>}
      {portsToTell.length > 0 && (
        <p className={styles['faint']}>
          Open ports then:{' '}
          {portsToTell
            .map(({ port, process }) => (process === null ? String(port) : `${port} (${process})`))
            .join(', ')}
        </p>
      )}
    </div>
  )
}
