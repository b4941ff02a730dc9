let lastPort = 20_000 + (process.pid % 120) * 100

/**
 * Where a relay under test looks for its port: in a place of its own, so that one that restarts finds its port free. By process, because several
 * runs of the tests may share a machine.
 */
export function ownFirstPort(): number {
  lastPort += 10
  return lastPort
}
