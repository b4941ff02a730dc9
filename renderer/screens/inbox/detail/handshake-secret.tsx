import { useEffect, useState } from 'react'
import type { RequestDetail } from '../../../../protocol/request.ts'
import type { HandshakeSecretInfo } from '../../../../protocol/signature.ts'
import { ask } from '../../../bridge.ts'
import { clockTime, dayAndMonth } from '../../../format/time-ago.ts'
import { Button } from '../../../parts/button.tsx'
import { readSchemes } from '../../../store/schemes.ts'
import { showFailure } from '../../../store/toast.ts'
import styles from './facts.module.css'

type Found = { readonly of: RequestDetail['id']; readonly secret: HandshakeSecretInfo | null }

/** Where a signing secret came with the check: keeps it for the source. The secret itself stays in the main process. */
export function HandshakeSecret({ request: { id, receivedAt } }: { request: RequestDetail }) {
  const [found, setFound] = useState<Found | null>(null)
  const [isSaving, setSaving] = useState(false)
  useEffect(() => {
    let isOver = false
    void ask('secrets:in-handshake', { id }).then((asked) => {
      if (!isOver && asked.ok) setFound({ of: id, secret: asked.value })
    })
    return () => {
      isOver = true
    }
  }, [id])
  const secret = found?.of === id ? found.secret : null
  if (secret === null) return null
  const { schemeName, keptAs } = secret
  const adopt = async () => {
    setSaving(true)
    const name = `from the handshake of ${dayAndMonth(receivedAt)}, ${clockTime(receivedAt)}`
    const adopted = await ask('secrets:adopt-handshake', { id, name })
    setSaving(false)
    if (!adopted.ok) {
      showFailure(adopted.error)
      return
    }
    // Another request may be shown by now.
    setFound((now) => (now?.of === id ? { of: id, secret: { ...secret, keptAs: adopted.value.name } } : now))
    await readSchemes()
  }
  return (
    <section aria-label="Secret of the handshake">
      <h3 className={styles['subtitle']}>Signing secret</h3>
      {keptAs === null ? (
        <>
          <p className={styles['words']}>
            The secret that {schemeName} signs with from now on came with this check. Use it if you made this webhook
            yourself: whoever knows the address could have sent it.
          </p>
          <div className={styles['buttons']}>
            <Button small kind="primary" offReason={isSaving ? 'It is being saved' : null} onClick={() => void adopt()}>
              Use as secret for this source
            </Button>
          </div>
        </>
      ) : (
        <p className={styles['words']} role="status">
          Kept as the secret &quot;{keptAs}&quot; of {schemeName}.
        </p>
      )}
    </section>
  )
}
