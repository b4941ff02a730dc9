import { AddSecret, canHoldSecret } from '../screens/inbox/detail/add-secret.tsx'
import { Button } from '../parts/button.tsx'
import { refuseQuestion, retrySend } from '../store/composer-send.ts'
import { providerName } from '../../protocol/provider-name.ts'
import styles from './response-pane.module.css'

/** Signing anew needs a secret that is not here yet. With it the draft is sent. */
export function SecretQuestion({ scheme, message }: { scheme: string; message: string }) {
  if (!canHoldSecret(scheme))
    return (
      <div className={styles['ask']} role="alert">
        <h2>It was not sent</h2>
        <p>{message}</p>
        <div>
          <Button data-first-stop onClick={refuseQuestion}>
            Back to the draft
          </Button>
        </div>
      </div>
    )
  const schemeName = providerName(scheme)
  return (
    <div className={styles['ask']} role="group" aria-label={`Secret of ${schemeName}`}>
      <p role="alert">{message}</p>
      <AddSecret
        signature={{ state: 'no-secret', scheme, schemeName, headerNames: ['its signature'] }}
        onClose={refuseQuestion}
        onSet={() => void retrySend()}
      />
    </div>
  )
}
