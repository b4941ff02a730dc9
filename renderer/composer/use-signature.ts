import { useCallback, useEffect, useState } from 'react'
import type { RequestId } from '../../protocol/ids.ts'
import type { SignatureReport } from '../../protocol/signature.ts'
import { ask } from '../bridge.ts'

/** What is known of the original's signature; null while that is asked for, and where there is no original. */
export function useSignature(id: RequestId | null): {
  readonly report: SignatureReport | null
  readonly askAgain: () => void
} {
  const [held, setHeld] = useState<{ readonly id: RequestId; readonly report: SignatureReport } | null>(null)
  const askAgain = useCallback(() => {
    if (id === null) return
    void ask('requests:signature', { id }).then((asked) => {
      if (asked.ok) setHeld({ id, report: asked.value })
    })
  }, [id])
  useEffect(askAgain, [askAgain])
  return { report: held !== null && held.id === id ? held.report : null, askAgain }
}
