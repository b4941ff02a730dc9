import type { Locator, Page } from '@playwright/test'
import { expect, test } from '../helpers/creel-app.ts'
import { ask, requestRows } from '../helpers/window.ts'
import { type Day, startDay } from './day.ts'
import { github, send, stripe } from './traffic.ts'

test('a window in the middle of the work, and everything that can be opened in it', async ({ startApp }) => {
  test.setTimeout(240_000)
  const day = await startDay(startApp)
  await test.step('the inbox, in all sizes', () => shootInbox(day))
  await test.step('one request', () => shootRequest(day))
  await test.step('what is no usual request', () => shootOddRows(day))
  await test.step('lists of nothing', () => shootEmptyLists(day))
  await test.step('the other screens', () => shootScreens(day))
  await test.step('dialogs', () => shootDialogs(day))
  await test.step('news while reading', () => shootNewRows(day))
  await day.end()
})

function rowOf(page: Page, text: string | RegExp): Locator {
  return requestRows(page).filter({ hasText: text }).first()
}

/** Selects it, and waits until the window has read it. */
async function open(page: Page, text: string | RegExp, tab?: string): Promise<void> {
  const row = rowOf(page, text)
  await row.click()
  await expect(row).toHaveAttribute('aria-selected', 'true')
  const detail = page.getByRole('region', { name: 'Request', exact: true })
  await expect(detail.locator('[aria-busy="false"]').first()).toBeVisible()
  if (tab !== undefined) await page.getByRole('tab', { name: new RegExp(`^${tab}`) }).click()
  await page.mouse.move(640, 795)
}

async function shootInbox({ page, camera, answerAll }: Day): Promise<void> {
  await page.getByRole('button', { name: /^All requests/ }).click()
  const rows = await ask(page, 'requests:list', { view: 'all', sourceId: null, text: '', before: null, limit: 200 })
  await ask(page, 'requests:mark-read', { ids: rows.slice(5).map(({ id }) => id) })
  const unpaid = rows.find(({ event }) => event?.includes('invoice.payment_failed'))
  if (unpaid) await ask(page, 'requests:pin', { id: unpaid.id, pinned: true })
  await camera.shoot('02-inbox-nothing-selected')
  await open(page, 'issues edited')
  await expect(page.getByRole('tabpanel').getByText('"action"').first()).toBeVisible()
  await camera.shoot('02-inbox')
  await camera.resize(960, 600)
  await camera.shoot('02-inbox-960x600')
  await camera.resize(1280, 800, 2)
  await camera.shoot('02-inbox-zoom200')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Back to the list' })).toBeVisible()
  await camera.shoot('02-inbox-zoom200-request')
  await page.keyboard.press('Escape')
  await camera.resize(1280, 800)
  answerAll()
  await expect(rowOf(page, 'push').getByText('200', { exact: true })).toBeVisible()
}

async function shootRequest({ page, camera }: Day): Promise<void> {
  await open(page, 'push', 'Headers')
  await expect(page.getByText('Verified').first()).toBeVisible()
  await camera.shoot('03-headers-verified')
  await open(page, 'issue_comment')
  await expect(page.getByRole('button', { name: /Signature.*Failed/ })).toBeVisible()
  await camera.shoot('04-headers-failed')
  await open(page, /issues/, 'Deliveries')
  await page.keyboard.press('r')
  await expect(page.getByText('Resent from this request')).toBeVisible()
  await expect(page.getByText('2 deliveries, 2 attempts')).toBeVisible()
  await camera.shoot('05-deliveries')
  await open(page, 'invoice.paid', 'Body')
  await page.getByRole('button', { name: /^Signature/ }).click()
  await page.getByRole('textbox', { name: 'Secret' }).fill('whsec_MfKQ9r8GKYqrTwjUPD8I')
  await camera.shoot('37-add-secret')
  await page.keyboard.press('Escape')
  await open(page, '/quirks', 'Body')
  await page
    .getByRole('radio', { name: 'Raw' })
    .or(page.getByRole('button', { name: 'Raw' }))
    .click()
  await page.getByRole('switch', { name: 'With headers' }).click()
  await expect(page.getByText('HTTP/1.1').first()).toBeVisible()
  await camera.shoot('28-raw-hex-raw')
  await page
    .getByRole('radio', { name: 'Hex' })
    .or(page.getByRole('button', { name: 'Hex' }))
    .click()
  await expect(page.getByText('000010').first()).toBeVisible()
  await camera.shoot('28-raw-hex-hex')
  await page
    .getByRole('radio', { name: 'Pretty' })
    .or(page.getByRole('button', { name: 'Pretty' }))
    .click()
  await open(page, '/track.json', 'Query')
  await camera.shoot('39-long-path-query')
  await page.getByRole('button', { name: 'Show all' }).click()
  await camera.shoot('39-long-path-open')
  await page.keyboard.press('Escape')
}

async function shootOddRows({ page, camera }: Day): Promise<void> {
  await open(page, '/orders/create', 'Body')
  await expect(page.getByText(/^Nothing is listening on/)).toBeVisible()
  await camera.shoot('14-state-target-down')
  await open(page, /missing/)
  await expect(page.getByRole('heading', { name: /missing here/ })).toBeVisible()
  await camera.shoot('16-state-gap')
  await open(page, 'Rejected, 413')
  await expect(page.getByRole('heading', { name: 'Rejected, 413' })).toBeVisible()
  await camera.shoot('rejected')
}

async function shootEmptyLists({ page, camera }: Day): Promise<void> {
  const search = page.getByRole('searchbox', { name: 'Search requests' })
  await search.fill('charge.disputed')
  await expect(page.getByText('No request matches')).toBeVisible()
  await camera.shoot('17-state-no-match')
  await search.press('Escape')
  await open(page, '/slack/commands', 'Body')
  await page.getByRole('button', { name: /^Pinned/ }).click()
  await expect(requestRows(page)).toHaveCount(1)
  await requestRows(page).first().click()
  await page.keyboard.press('p')
  await expect(page.getByText('Nothing is pinned')).toBeVisible()
  await camera.shoot('empty-pinned')
  await page.getByRole('button', { name: /^All requests/ }).click()
}

async function shootScreens({ page, camera }: Day): Promise<void> {
  const rail = page.getByRole('navigation')
  await rail.getByText('GitHub ledger').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Source settings' }).click()
  await expect(page.getByRole('heading', { name: 'GitHub ledger' })).toBeVisible()
  await page.mouse.move(640, 795)
  await camera.shoot('10-source')
  await rail.getByText('localhost:3000').click()
  await expect(page.getByRole('main', { name: 'Target' })).toBeVisible()
  await page.mouse.move(640, 795)
  await camera.shoot('11-target')
  await rail.getByText('localhost:8025').click()
  await camera.shoot('11-target-down')
  await rail.getByText('Preferences').click()
  await page.mouse.move(640, 795)
  await camera.shoot('30-preferences')
}

async function shootDialogs({ page, camera, ledger }: Day): Promise<void> {
  const rail = page.getByRole('navigation')
  await rail.getByText('localhost:4242').click()
  const url = page.getByRole('textbox', { name: 'URL or port' })
  await url.fill('http://192.168.1.40:3000/hooks')
  await url.press('Enter')
  await expect(page.getByRole('alertdialog').or(page.getByRole('dialog'))).toBeVisible()
  await camera.shoot('25-dialog-other-host')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: /^All requests/ }).click()
  await page.getByRole('button', { name: 'Add source' }).click()
  await camera.shoot('23-dialog-add-source-empty')
  await page.getByLabel('Relay URL').fill(ledger.url)
  await page.getByLabel('Token').fill(`${ledger.token.key}:${ledger.token.secret}`)
  await expect(page.getByText(/answered in/)).toBeVisible()
  await camera.shoot('23-dialog-add-source')
  await page.keyboard.press('Escape')
  await rail.getByText('Shortcuts').click()
  await expect(page.getByRole('dialog', { name: 'Shortcuts' })).toBeVisible()
  await camera.shoot('21-shortcuts')
  await page.keyboard.press('Escape')
}

async function shootNewRows({ page, camera, ledger }: Day): Promise<void> {
  await open(page, 'invoice.payment_failed', 'Body')
  await page.getByRole('grid', { name: 'Requests' }).hover()
  await page.mouse.wheel(0, 160)
  for (let at = 0; at < 12; at += 1)
    await send(ledger.inputUrl, at % 2 === 0 ? github('push') : stripe('invoice.created'))
  await expect(page.getByRole('button', { name: /12 new/ })).toBeVisible()
  await page.mouse.move(640, 795)
  await camera.shoot('12-state-new-rows')
}
