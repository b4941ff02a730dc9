import { useCallback, useEffect, useRef, useState } from 'react'
import type { RequestId } from '../../protocol/ids.ts'
import type { SignatureReport } from '../../protocol/signature.ts'
import { ask } from '../bridge.ts'
import { followContent } from '../store/composer-edit.ts'
import { useComposer } from '../store/composer.ts'

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

/**
 * A body that is changed takes its old signature's meaning away: where the secret is known it is signed anew from then on. What a person
 * chose before, or chooses after, stands.
 */
export function useSignedAnewOnChange(report: SignatureReport | null, isBodyChanged: boolean): void {
  const wasChanged = useRef<boolean | null>(null)
  useEffect(() => {
    if (report === null) {
      // Who types before the report is there has changed it all the same.
      if (useComposer.getState().body.state === 'open') wasChanged.current ??= isBodyChanged
      return
    }
    const before = wasChanged.current
    wasChanged.current = isBodyChanged
    const hasSecret = report.state === 'verified' || report.state === 'failed'
    const { signing } = useComposer.getState().content
    if (before === false && isBodyChanged && hasSecret && signing.kind === 'original')
      followContent({ signing: { kind: 'anew', scheme: null } })
  }, [report, isBodyChanged])
}
