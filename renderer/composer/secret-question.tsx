import { AddSecret } from '../screens/inbox/detail/add-secret.tsx'
import { refuseQuestion, retrySend } from '../store/composer-send.ts'
import { useComposer } from '../store/composer.ts'
import { useScheme } from '../store/schemes.ts'
import styles from './response-pane.module.css'

/** Signing anew needs a secret that is not here yet. With it the draft is sent. */
export function SecretQuestion({ scheme, message }: { scheme: string; message: string }) {
  const info = useScheme(scheme)
  const original = useComposer((state) => state.original)
  const schemeName = info?.name ?? scheme
  return (
    <div className={styles['ask']} role="group" aria-label={`Secret of ${schemeName}`}>
      <p role="alert">{message}</p>
      <AddSecret
        to={{
          scheme,
          schemeName,
          headerNames: info?.headerNames.slice(0, 1) ?? [],
          sourceId: original?.request.sourceId ?? null,
          requestId: original?.request.id ?? null,
        }}
        onClose={refuseQuestion}
        onSet={() => void retrySend()}
      />
    </div>
  )
}
