import { app } from 'electron'

/** Stopping must not take longer than a person waits: what is not recorded by then is "outcome unknown" at the next start. */
const STOP_WITHIN_MS = 8_000
/** Nothing is left to be done then: what does not go by itself is made to. */
const GONE_WITHIN_MS = 3_000

/** Lets the app end only after `stop` is done, however the end was asked for: the menu, the session's end, a signal. */
export function stopBeforeQuit(options: {
  readonly stop: () => Promise<void>
  readonly onProblem: (problem: unknown) => void
}): void {
  let state: 'running' | 'stopping' | 'stopped' = 'running'

  app.on('before-quit', (event) => {
    if (state === 'stopped') return
    event.preventDefault()
    if (state === 'stopping') return
    state = 'stopping'
    const deadline = new Promise<void>((resolve) => setTimeout(resolve, STOP_WITHIN_MS))
    Promise.race([options.stop(), deadline])
      .catch(options.onProblem)
      .finally(() => {
        state = 'stopped'
        app.quit()
        setTimeout(() => {
          options.onProblem(new Error('The app did not end by itself once it had stopped.'))
          app.exit()
        }, GONE_WITHIN_MS)
      })
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit())
}
