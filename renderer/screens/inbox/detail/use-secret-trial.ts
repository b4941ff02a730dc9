import { useEffect, useState } from 'react'
import type { SecretTrial } from '../../../../protocol/signature.ts'
import { ask } from '../../../bridge.ts'
import type { SecretFor } from './add-secret.tsx'

const TYPING_PAUSE_MS = 120

/** What the secret that is being typed would verify; null while nobody knows. */
export function useSecretTrial({ scheme, sourceId, requestId }: SecretFor, secret: string): SecretTrial | null {
  const [told, setTold] = useState<{ readonly secret: string; readonly trial: SecretTrial } | null>(null)
  useEffect(() => {
    if (secret === '') return undefined
    let isOver = false
    const timer = setTimeout(() => {
      void ask('secrets:try-signing', { scheme, secret, sourceId, requestId }).then((asked) => {
        if (!isOver && asked.ok) setTold({ secret, trial: asked.value })
      })
    }, TYPING_PAUSE_MS)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [scheme, sourceId, requestId, secret])
  return told !== null && told.secret === secret ? told.trial : null
}

/** "Verifies this request, and 9 of the last 9". */
export function trialWords(trial: SecretTrial | null): { readonly text: string; readonly isGood: boolean } | null {
  if (trial === null) return null
  const { request, verified, of } = trial
  const last = of === 0 ? null : `${verified} of the last ${of}`
  if (request === true)
    return { text: last === null ? 'Verifies this request' : `Verifies this request, and ${last}`, isGood: true }
  if (verified > 0) {
    const text = request === false ? `Verifies ${last ?? ''}, but not this request` : `Verifies ${last ?? ''}`
    return { text, isGood: true }
  }
  if (of === 0) return { text: 'No request of this sender is stored yet', isGood: false }
  return { text: `Verifies none of the last ${of}`, isGood: false }
}
