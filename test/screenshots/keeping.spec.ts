import { openCamera } from '../helpers/camera.ts'
import { expect, test } from '../helpers/creel-app.ts'
import { ask, inputUrl, requestRows, useTargets } from '../helpers/window.ts'
import { startOnPort } from './day.ts'
import { github, other, send, stripe } from './traffic.ts'

const EVENTS = ['push', 'pull_request', 'issues', 'check_run', 'release', 'star', 'fork', 'workflow_run', 'label']

test('preferences, a deletion that can be taken back, and the question before clearing', async ({ startApp }) => {
  const target = await startOnPort(3200)
  const app = await startApp()
  const page = await app.page()
  const url = await inputUrl(page)
  const camera = await openCamera(app)
  await useTargets(page, [target.url])
  for (let n = 0; n < 18; n += 1) await send(url, github(EVENTS[n % EVENTS.length] ?? 'push'))
  await send(url, other('slack command'))
  await send(url, stripe())
  await expect(requestRows(page).filter({ hasText: '200' })).toHaveCount(20)
  for (const at of [3, 8]) {
    await requestRows(page).nth(at).click()
    await page.keyboard.press('p')
  }

  await requestRows(page).nth(5).click()
  await page.keyboard.press('Control+Backspace')
  await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).focus()
  await expect(requestRows(page)).toHaveCount(19)
  await expect(page.getByRole('tab', { name: 'Body' })).toBeVisible()
  await camera.shoot('24-dialog-undo')
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(requestRows(page)).toHaveCount(20)

  await ask(page, 'app:save-settings', {
    mutes: [
      { provider: 'github', event: 'star' },
      { provider: 'shopify', event: null },
    ],
  })
  await page.keyboard.press('Control+,')
  await expect(page.getByText('answers, search')).toBeVisible()
  await page.mouse.move(640, 790)
  await page.getByRole('button', { name: 'Notifications' }).click()
  await camera.shoot('30-preferences-notifications')
  await page.getByRole('button', { name: 'Sources and targets' }).click()
  await camera.shoot('30-preferences-end')
  await page.getByRole('button', { name: 'Clear all but pinned' }).click()
  await expect(page.getByRole('button', { name: 'Clear 18 requests' })).toBeVisible()
  await camera.shoot('24-dialog-clear')
  await app.quit()
  await target.close()
})
