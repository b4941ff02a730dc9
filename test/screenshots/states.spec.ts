import type { ElectronApplication, Page } from '@playwright/test'
import { openCamera } from '../helpers/camera.ts'
import { type CreelApp, expect, test } from '../helpers/creel-app.ts'
import { startStandaloneRelay } from '../helpers/standalone-relay.ts'
import { ask, inputUrl, requestRows, useTargets } from '../helpers/window.ts'
import { startOnPort } from './day.ts'
import { waitForState } from './traffic-of-a-day.ts'
import { github, other, send, stripe } from './traffic.ts'

const EVENTS = ['push', 'pull_request', 'issues', 'check_run', 'release', 'star', 'fork', 'workflow_run', 'label']

async function postSome(url: string, count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) await send(url, github(EVENTS[at % EVENTS.length] ?? 'push'))
}

test('forwarding off, and what to do with much that is held', async ({ startApp }) => {
  const target = await startOnPort(3200)
  const app = await startApp()
  const page = await app.page()
  const url = await inputUrl(page)
  const camera = await openCamera(app)
  await useTargets(page, [target.url])
  await postSome(url, 9)
  await send(url, other('slack command'))
  await expect(requestRows(page).filter({ hasText: '200' })).toHaveCount(10)
  await page.getByRole('switch', { name: 'Forwarding' }).click()
  await postSome(url, 7)
  await expect(requestRows(page).filter({ hasText: 'held' })).toHaveCount(7)
  await requestRows(page).first().click()
  await page.mouse.move(640, 795)
  await expect(page.getByRole('tab', { name: 'Body' })).toBeVisible()
  await camera.shoot('19-state-held')
  await postSome(url, 17)
  await expect(page.getByText('24', { exact: false }).first()).toBeVisible()
  await page.getByRole('switch', { name: 'Forwarding' }).click()
  await expect(page.getByRole('alertdialog').or(page.getByRole('dialog'))).toBeVisible()
  await camera.shoot('36-dialog-release')
  await app.quit()
  await target.close()
})

test('a relay that is gone, and a token that it refuses', async ({ startApp }) => {
  test.setTimeout(120_000)
  const relay = await startStandaloneRelay()
  const refusing = await startStandaloneRelay()
  const app = await startApp()
  const page = await app.page()
  await inputUrl(page)
  const camera = await openCamera(app)
  const common = { buckets: [], targets: [] }
  const ledger = await ask(page, 'sources:add', {
    ...common,
    name: 'GitHub ledger',
    relayUrl: relay.url,
    token: relay.token,
  })
  await waitForState(page, ledger.id, 'connected')
  await postSome(relay.inputUrl, 9)
  await send(relay.inputUrl, stripe())
  await expect(requestRows(page)).toHaveCount(10)
  await requestRows(page).nth(2).click()
  await relay.relay.stop()
  // The first tries follow each other too fast to be looked at.
  await expect.poll(() => msToNextTry(page), { timeout: 60_000 }).toBeGreaterThan(8000)
  await page.getByRole('button', { name: 'Why' }).click()
  await camera.shoot('13-state-offline')
  await page.keyboard.press('Escape')

  const wrong = { key: refusing.token.key, secret: `crs_${'A'.repeat(43)}` }
  const stripeTest = await ask(page, 'sources:add', {
    ...common,
    name: 'Stripe test',
    relayUrl: refusing.url,
    token: wrong,
  })
  await waitForState(page, stripeTest.id, 'refused')
  await page.getByRole('navigation').getByText('Stripe test').click()
  await expect(page.getByRole('heading', { name: 'The relay refused this token' })).toBeVisible()
  await page.mouse.move(640, 795)
  await camera.shoot('15-state-wrong-token')
  await page.getByRole('button', { name: /^All requests/ }).click()
  await page.mouse.move(640, 795)
  await camera.shoot('15-state-wrong-token-list')
  await app.quit()
  await Promise.all([relay.stop(), refusing.stop()])
})

async function msToNextTry(page: Page): Promise<number> {
  const { sourceStatuses } = await ask(page, 'app:snapshot', {})
  const waiting = sourceStatuses.map(({ connection }) => connection).find(({ state }) => state === 'waiting')
  return waiting?.state === 'waiting' ? waiting.nextAttemptAt - Date.now() : 0
}

test('a delivery whose outcome nobody knows, and a history that is slow to open', async ({ startApp }) => {
  const mute = await startOnPort(3300, () => undefined)
  const first = await startApp()
  const before = await first.page()
  const url = await inputUrl(before)
  await useTargets(before, [mute.url])
  await postSome(url, 5)
  await expect.poll(() => mute.received.length).toBe(5)
  await first.kill()

  const app = await startApp({ userData: first.userData })
  await inputUrl(await app.page())
  const letGo = await delayLists(app.electron)
  const page = await openAnew(app)
  const camera = await openCamera(app)
  await expect(page.getByText('Opening the history')).toBeVisible()
  await expect(page.locator('[aria-busy="true"] > div').first()).toBeVisible()
  await camera.shoot('18-state-loading')
  await letGo()
  await expect(requestRows(page).filter({ hasText: 'unknown' })).toHaveCount(5)
  await requestRows(page).first().click()
  await page.getByRole('tab', { name: /Deliveries/ }).click()
  await expect(page.getByText('Outcome unknown', { exact: false }).first()).toBeVisible()
  await page.mouse.move(640, 795)
  await camera.shoot('38-outcome-unknown')
  await app.quit()
  await mute.close()
})

/** Closes the window, and opens another as a click on the dock does. */
async function openAnew({ electron, page }: CreelApp): Promise<Page> {
  const closed = (await page()).waitForEvent('close')
  await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  await closed
  const opened = electron.waitForEvent('window')
  await electron.evaluate(({ app }) => app.emit('activate'))
  return await opened
}

/** Main answers lists late, as with a history of many millions on a slow disk: nothing else could be caught in the act. */
async function delayLists(electron: ElectronApplication): Promise<() => Promise<void>> {
  await electron.evaluate(({ ipcMain }) => {
    type Handler = (...args: unknown[]) => unknown
    const { _invokeHandlers: handlers } = ipcMain as unknown as { _invokeHandlers: Map<string, Handler> }
    const real = handlers.get('ask:requests:list')
    const waiting = new Promise<void>((resolve) => Reflect.set(globalThis, 'letGo', resolve))
    handlers.set('ask:requests:list', async (...args) => {
      await waiting
      return await real?.(...args)
    })
  })
  return () => electron.evaluate(() => Reflect.get(globalThis, 'letGo')())
}
