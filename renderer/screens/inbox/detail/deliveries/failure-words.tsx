import type { DeliveryFailure } from '../../../../../protocol/delivery.ts'
import { describeTried, sentence } from '../explanation.tsx'
import styles from './deliveries.module.css'

/** Why an attempt got no answer: the sentence, the addresses, and what does listen. */
export function FailureWords({ failure }: { failure: DeliveryFailure }) {
  const tried = describeTried(failure)
  return (
    <div className={styles['failure']}>
      <p>{sentence(failure.message)}</p>
      {tried !== '' && <p className={styles['faint']}>{tried}</p>}
      {failure.listening.length > 0 && (
        <p className={styles['faint']}>
          Open ports then:{' '}
          {failure.listening
            .map(({ port, process }) => (process === null ? String(port) : `${port} (${process})`))
            .join(', ')}
        </p>
      )}
    </div>
  )
}
