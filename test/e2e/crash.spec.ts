import { join } from 'node:path'
import { createRandom, SEED } from '../helpers/burst-random.ts'
import { lookAt, readKept } from '../helpers/arena-history.ts'
import { startArenaTarget } from '../helpers/arena-target.ts'
import { sendOne, startBurst, type SentRequest } from '../helpers/burst.ts'
import { findDisorder, judge } from '../helpers/crash-ledger.ts'
import { expect, test } from '../helpers/creel-app.ts'
import { extent, isSoak } from '../helpers/extent.ts'
import { report } from '../helpers/ledger.ts'
import { ask, inputUrl, useTargets } from '../helpers/window.ts'

const KILLS = extent(2, 10)
const IN_FLIGHT = 8
const FENCE = 'fence'

test('3 an app that is killed amid a burst has, started again, all that was accepted once, and says what it does not know', async ({
  startApp,
}) => {
  if (isSoak) test.setTimeout(600_000)
  const random = createRandom(SEED)
  const target = await startArenaTarget()
  let app = await startApp()
  const history = join(app.userData, 'history.sqlite')
  const url = await inputUrl(await app.page())
  await useTargets(await app.page(), [target.url])

  const sent = new Map<string, SentRequest>()
  const killedAt: number[] = []
  for (let kill = 1; kill <= KILLS; kill += 1) {
    target.slowTo(random.pick([0, 2, 20]))
    const from = target.arrivals.length
    const before = random.between(20, 200)
    const burst = startBurst({ inputUrl: url, prefix: `k${kill}`, connections: 16, perSecond: 400, count: 600 })
    await expect.poll(() => target.arrivals.length - from, { intervals: [1] }).toBeGreaterThan(before)
    // The relay inside the app dies along.
    await app.kill()
    killedAt.push(Date.now())
    await burst.stop()
    for (const [name, one] of burst.sent) sent.set(name, one)
    app = await startApp({ userData: app.userData })
    expect(await inputUrl(await app.page())).toBe(url)
  }
  target.slowTo(0)
  expect(await sendOne(url, FENCE)).toBe(true)
  await expect.poll(() => lookAt(history, FENCE), { timeout: 60_000 }).toEqual({ hasName: true, live: 0 })

  const isCounted = ({ name }: { readonly name: string }): boolean => name !== FENCE
  const kept = readKept(history).filter(isCounted)
  const { ledger, problems } = judge({ sent, kept, arrivals: target.arrivals.filter(isCounted) })
  report(`kill -9 of the real app, ${KILLS} times, seed ${SEED}`, ledger)
  expect(problems).toEqual([])
  expect(findDisorder(kept, { killedAt, inFlight: IN_FLIGHT })).toEqual([])
  expect(ledger.doubted).toBeLessThanOrEqual(IN_FLIGHT * KILLS)

  // The window says the same: nothing more, nothing less, and what is in doubt stands among what needs a look.
  const page = await app.page()
  // Counts are told a moment behind the rows.
  await expect
    .poll(async () => (await ask(page, 'app:snapshot', {})).counts)
    .toMatchObject({ total: kept.length + 1, failed: ledger.doubted })
  const wanted = { view: 'failed', sourceId: null, text: '', before: null, limit: 500 } as const
  const shown = await ask(page, 'requests:list', wanted)
  expect(shown.map(({ result }) => result?.state)).toEqual(Array(ledger.doubted).fill('outcome-unknown'))
  await app.quit()
  await target.down()
})
