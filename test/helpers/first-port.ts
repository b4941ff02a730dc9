let lastPort = 26_000 + Number(process.env['VITEST_POOL_ID'] ?? 0) * 1_000

/** Where a relay under test looks for its port: in a place of its own, so that one that restarts finds its port free. */
export function ownFirstPort(): number {
  lastPort += 10
  return lastPort
}
