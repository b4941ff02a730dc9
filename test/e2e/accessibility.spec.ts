import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test } from '../helpers/creel-app.ts'
import { startLocalTarget } from '../helpers/local-target.ts'
import { post } from '../helpers/post.ts'
import { ask, inputUrl, requestRows, useTargets } from '../helpers/window.ts'

/** What axe calls serious or critical, as rule and place. */
async function violations(page: Page): Promise<string[]> {
  // Electron has no second target for axe to run in.
  const { violations: found } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`))
}

for (const theme of ['light', 'dark'] as const) {
  test(`53 axe finds nothing serious in the main views, ${theme}`, async ({ startApp }) => {
    test.setTimeout(120_000)
    const target = await startLocalTarget()
    const page = await (await startApp()).page()
    const url = await inputUrl(page)
    await ask(page, 'app:save-settings', { theme })
    await expect(page.getByRole('heading', { name: 'Your webhook URL is ready' })).toBeVisible()
    expect(await violations(page), 'first run').toEqual([])

    await useTargets(page, [target.url])
    const headers = [
      'Content-Type',
      'application/json',
      'X-GitHub-Event',
      'push',
      'X-Hub-Signature-256',
      `sha256=${'0'.repeat(64)}`,
    ]
    await post(`${url}/github?a=1&a=2`, '{"ref":"refs/heads/main","n":1.00,"ok":true,"none":null}', { headers })
    await post(`${url}/plain`, 'text')
    const row = requestRows(page).filter({ hasText: '/github' })
    await expect(row.getByText('200', { exact: true })).toBeVisible()
    await row.click()
    await page.keyboard.press('4')
    for (const name of [/Body/, /Headers/, /Query/, /Deliveries/, /Notes/]) {
      await page.getByRole('tab', { name }).click()
      await expect(page.getByRole('tabpanel')).toBeVisible()
      expect(await violations(page), String(name)).toEqual([])
    }
    await row.click({ button: 'right' })
    await expect(page.getByRole('menuitem', { name: 'Delete' })).toBeVisible()
    expect(await violations(page), 'menu of a row').toEqual([])
    await page.keyboard.press('Escape')
    await target.close()
  })
}

for (const theme of ['light', 'dark'] as const) {
  test(`53 axe finds nothing serious in settings, dialogs and screens of a source and a target, ${theme}`, async ({
    startApp,
  }) => {
    test.setTimeout(120_000)
    const page = await (await startApp()).page()
    const url = await inputUrl(page)
    await ask(page, 'app:save-settings', { theme })
    await useTargets(page, ['http://localhost:9'])
    await post(`${url}/plain`, 'text')
    await requestRows(page).first().click()
    const sources = page.getByRole('navigation', { name: 'Sources' })
    const check = async (name: string) => expect(await violations(page), name).toEqual([])

    await page.getByRole('button', { name: 'Preferences', exact: true }).click()
    await expect(page.getByRole('main', { name: 'Preferences' })).toBeVisible()
    await check('preferences')
    await sources.getByRole('button', { name: /localhost:9/ }).click()
    await expect(page.getByRole('heading', { name: 'localhost:9', exact: true })).toBeVisible()
    await check('target')
    await page.keyboard.press('?')
    await expect(page.getByRole('dialog')).toBeVisible()
    await check('shortcuts')
    await page.keyboard.press('Escape')
    await sources.getByRole('button', { name: /^This computer/ }).click({ button: 'right' })
    await check('menu of a source')
    await page.getByRole('menuitem', { name: 'Source settings' }).click()
    await check('source')
    await sources.getByRole('button', { name: /^This computer/ }).click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Clear' }).click()
    await expect(page.getByRole('alertdialog')).toBeVisible()
    await check('clear')
  })
}
