import { Pool } from 'undici'
import { clockMs } from '../clock.ts'
import { sayReady, serve } from '../serve.ts'
import { BEGUN_HEADER, githubWebhook } from '../webhook.ts'

export type DispatchCalls = {
  /** Gives when the first was begun. */
  readonly send: { input: { url: string; requests: number; inFlight: number }; output: number }
}

/** Bare undici: webhooks from memory through `dispatch`, so many in flight. */
async function send(input: DispatchCalls['send']['input']): Promise<number> {
  const { headers, body } = githubWebhook()
  const lines = [...headers.flat(), BEGUN_HEADER, '0']
  const pool = new Pool(input.url, { connections: input.inFlight })
  const beganAt = clockMs()
  let begun = 0
  let ended = 0
  await new Promise<void>((resolve, reject) => {
    function next(): void {
      if (begun === input.requests) return
      const path = `/${String(begun).padStart(8, '0')}`
      begun += 1
      pool.dispatch(
        { path, method: 'POST', headers: lines, body },
        {
          onConnect() {},
          onHeaders: () => true,
          onData: () => true,
          onComplete() {
            ended += 1
            if (ended === input.requests) resolve()
            else next()
          },
          onError: reject,
        },
      )
    }
    for (let n = 0; n < input.inFlight; n += 1) next()
  })
  await pool.close()
  return beganAt
}

serve<DispatchCalls>({ send })
sayReady()
