import { useEffect, useState } from 'react'
import type { AppError, Result } from '../../../../protocol/app-error.ts'
import type { RequestDetail } from '../../../../protocol/request.ts'
import type { HandshakeSecretInfo } from '../../../../protocol/signature.ts'
import { ask } from '../../../bridge.ts'
import { clockTime, dayAndMonth } from '../../../format/time-ago.ts'
import { Button } from '../../../parts/button.tsx'
import { readSchemes } from '../../../store/schemes.ts'
import { showFailure } from '../../../store/toast.ts'
import styles from './facts.module.css'

type Found = { readonly of: RequestDetail['id']; readonly answer: Result<HandshakeSecretInfo | null> }

/** Where a signing secret came with the check: keeps it for the source. The secret itself stays in the main process. */
export function HandshakeSecret({ request: { id, receivedAt } }: { request: RequestDetail }) {
  const [found, setFound] = useState<Found | null>(null)
  const [isSaving, setSaving] = useState(false)
  const [tries, setTries] = useState(0)
  useEffect(() => {
    let isOver = false
    void ask('secrets:in-handshake', { id }).then((asked) => {
      if (!isOver) setFound({ of: id, answer: asked })
    })
    return () => {
      isOver = true
    }
  }, [id, tries])
  const answer = found?.of === id ? found.answer : null
  if (answer === null) return null
  if (!answer.ok) return <NotLookedUp error={answer.error} onAgain={() => setTries(tries + 1)} />
  const secret = answer.value
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
    const kept: Found = { of: id, answer: { ok: true, value: { ...secret, keptAs: adopted.value.name } } }
    setFound((now) => (now?.of === id ? kept : now))
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

function NotLookedUp({ error, onAgain }: { error: AppError; onAgain: () => void }) {
  return (
    <section aria-label="Secret of the handshake">
      <h3 className={styles['subtitle']}>Signing secret</h3>
      <p className={styles['words']} role="alert">
        Whether a signing secret came with this check could not be looked up. {error.message} {error.fix}
      </p>
      <div className={styles['buttons']}>
        <Button small onClick={onAgain}>
          Try again
        </Button>
      </div>
    </section>
  )
}
