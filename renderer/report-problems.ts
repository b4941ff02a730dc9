import type { Bridge, Input } from '../protocol/ipc.ts'

const LONGEST = 4000

/** Tells main of everything that goes wrong in the page itself, for the log. Main hears of each before the page can lose it. */
export function reportProblems(bridge: Bridge): void {
  const report = (kind: Input<'app:report-problem'>['kind'], message: string) => {
    // Nobody is left to tell when not even this gets through.
    bridge.ask('app:report-problem', { kind, message: message.slice(0, LONGEST) }).catch(() => undefined)
  }
  window.addEventListener('securitypolicyviolation', (event) => {
    report('csp', `${event.violatedDirective} blocked ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`)
  })
  window.addEventListener('error', (event) => {
    // Told when a size changes while sizes are told: the rest is told in the next frame, and nothing is lost (Resize Observer, section 3.4.5).
    if (event.message.startsWith('ResizeObserver loop')) return
    report('error', describe(event.error ?? event.message))
  })
  window.addEventListener('unhandledrejection', (event) => report('rejection', describe(event.reason)))
}

function describe(problem: unknown): string {
  return problem instanceof Error ? (problem.stack ?? problem.message) : String(problem)
}
