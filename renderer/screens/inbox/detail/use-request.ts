import { useCallback, useEffect, useState } from 'react'
import type { AppError } from '../../../../protocol/app-error.ts'
import type { Delivery } from '../../../../protocol/delivery.ts'
import type { RequestId } from '../../../../protocol/ids.ts'
import type { RequestFull } from '../../../../protocol/ipc.ts'
import type { SignatureReport } from '../../../../protocol/signature.ts'
import { ask, bridge } from '../../../bridge.ts'

/** Everything that the detail shows of one request. The signature comes later: its bytes have to be read first. */
export type RequestData = {
  readonly full: RequestFull
  readonly deliveries: readonly Delivery[]
  readonly signature: SignatureReport | 'checking' | 'unknown'
}

type Held =
  | { readonly id: RequestId; readonly data: RequestData }
  | { readonly id: RequestId; readonly error: AppError }

export type RequestState = {
  /** Of the request asked for, or of the one before while that is on its way. */
  readonly data: RequestData | null
  readonly error: AppError | null
  /** Whether `data` is not yet that of the request asked for. */
  readonly isStale: boolean
  readonly checkSignatureAgain: () => void
  readonly retry: () => void
}

/** Reads a request and keeps up with what happens to it. An answer for another request than the shown one is dropped. */
export function useRequest(id: RequestId | null): RequestState {
  const [held, setHeld] = useState<Held | null>(null)
  const [tries, setTries] = useState(0)

  const patch = useCallback((of: RequestId, change: Partial<RequestData>) => {
    setHeld((now) =>
      now !== null && now.id === of && 'data' in now ? { id: of, data: { ...now.data, ...change } } : now,
    )
  }, [])
  const checkSignatureAgain = useCallback(() => {
    if (id === null) return
    void ask('requests:signature', { id }).then((asked) => patch(id, { signature: asked.ok ? asked.value : 'unknown' }))
  }, [id, patch])

  useEffect(() => {
    if (id === null) return undefined
    let isOver = false
    const readAll = async (): Promise<void> => {
      const [full, deliveries] = await Promise.all([ask('requests:get', { id }), ask('requests:deliveries', { id })])
      if (isOver) return
      if (!full.ok) setHeld({ id, error: full.error })
      else if (!deliveries.ok) setHeld({ id, error: deliveries.error })
      else {
        setHeld({ id, data: { full: full.value, deliveries: deliveries.value, signature: 'checking' } })
        checkSignatureAgain()
      }
    }
    const readHead = (): void => {
      void ask('requests:get', { id }).then((full) => {
        if (!isOver && full.ok) patch(id, { full: full.value })
      })
    }
    const readDeliveries = (): void => {
      void ask('requests:deliveries', { id }).then((deliveries) => {
        if (!isOver && deliveries.ok) patch(id, { deliveries: deliveries.value })
      })
    }
    void readAll()
    const stops = [
      bridge().listen('deliveries:changed', ({ requestId }) => requestId === id && readDeliveries()),
      bridge().listen('requests:changed', (rows) => rows.some((row) => row.id === id) && readHead()),
      bridge().listen('requests:received', (rows) => rows.some((row) => row.parentId === id) && readHead()),
    ]
    return () => {
      isOver = true
      for (const stop of stops) stop()
    }
  }, [id, tries, patch, checkSignatureAgain])

  const isStale = held === null || held.id !== id
  return {
    data: held !== null && 'data' in held ? held.data : null,
    error: !isStale && 'error' in held ? held.error : null,
    isStale,
    checkSignatureAgain,
    retry: () => setTries((count) => count + 1),
  }
}
