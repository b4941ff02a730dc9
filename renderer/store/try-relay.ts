import { useEffect, useState } from 'react'
import type { AppError } from '../../protocol/app-error.ts'
import type { SourceTest } from '../../protocol/ipc.ts'
import { ask } from '../bridge.ts'
import type { TokenParts } from '../format/token.ts'

export type RelayTrial =
  | { readonly state: 'idle' }
  | { readonly state: 'trying' }
  | { readonly state: 'good'; readonly test: SourceTest }
  | { readonly state: 'bad'; readonly error: AppError }

const TYPED_FOR_MS = 350
const IDLE: RelayTrial = { state: 'idle' }

/** Tries a relay and a token as they are typed. What is not yet whole is not tried. */
export function useRelayTrial(relayUrl: string | null, token: TokenParts | null): RelayTrial {
  const key = token?.key
  const secret = token?.secret
  const wanted = relayUrl === null || key === undefined || secret === undefined ? null : `${relayUrl} ${key} ${secret}`
  const [found, setFound] = useState<{ readonly wanted: string; readonly trial: RelayTrial } | null>(null)
  useEffect(() => {
    if (relayUrl === null || key === undefined || secret === undefined || wanted === null) return undefined
    let isWanted = true
    const timer = setTimeout(() => {
      void ask('sources:test', { relayUrl, token: { key, secret } }).then((tested) => {
        if (!isWanted) return
        const trial: RelayTrial = tested.ok
          ? { state: 'good', test: tested.value }
          : { state: 'bad', error: tested.error }
        setFound({ wanted, trial })
      })
    }, TYPED_FOR_MS)
    return () => {
      isWanted = false
      clearTimeout(timer)
    }
  }, [relayUrl, key, secret, wanted])
  if (wanted === null) return IDLE
  return found?.wanted === wanted ? found.trial : { state: 'trying' }
}
