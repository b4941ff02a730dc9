import { setTimeout as sleep } from 'node:timers/promises'

const LOOK_EVERY_MS = 20
const PATIENCE_S = 180

/**
 * Waits until `look` gives true.
 * @throws Error that names `what` after three minutes. `everyMs` is the time between two looks.
 */
export async function waitUntil(what: string, look: () => Promise<boolean>, everyMs = LOOK_EVERY_MS): Promise<void> {
  const until = performance.now() + PATIENCE_S * 1000
  while (!(await look())) {
    if (performance.now() > until) throw new Error(`Waited ${PATIENCE_S} s in vain: ${what}.`)
    await sleep(everyMs)
  }
}

/** Waits until `count` gives `wanted`, or does not grow any more for `idleSeconds`; gives the last count. */
export async function waitForCount(wanted: number, count: () => Promise<number>, idleSeconds = 20): Promise<number> {
  let last = await count()
  let grownAt = performance.now()
  while (last < wanted && performance.now() - grownAt < idleSeconds * 1000) {
    await sleep(LOOK_EVERY_MS)
    const now = await count()
    if (now > last) grownAt = performance.now()
    last = now
  }
  return last
}
