import { setTimeout as sleep } from 'node:timers/promises'

const LOOK_EVERY_MS = 20

/**
 * Waits until `look` gives true.
 * @throws Error that names `what` after `seconds`.
 */
export async function waitUntil(what: string, look: () => Promise<boolean>, seconds = 180): Promise<void> {
  const until = performance.now() + seconds * 1000
  while (!(await look())) {
    if (performance.now() > until) throw new Error(`Waited ${seconds} s in vain: ${what}.`)
    await sleep(LOOK_EVERY_MS)
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
