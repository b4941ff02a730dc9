import type { TestContext } from 'vitest'

/** `npm run soak` sets it: what proves the same with many more tries, and takes its time for it. */
export const isSoak = process.env['CREEL_SOAK'] === '1'

/** How many of something a proof makes: few in `npm test`, many in `npm run soak`. */
export function extent(short: number, long: number): number {
  return isSoak ? long : short
}

/** For what cannot be shown in seconds. Elsewhere the test is skipped, and says why. */
export function onlyInSoak(context: TestContext, why: string): void {
  if (isSoak) return
  process.stdout.write(`[proof] left to npm run soak: "${context.task.name}": ${why}\n`)
  context.skip(`left to npm run soak: ${why}`)
}
