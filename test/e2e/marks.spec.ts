import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test } from '../helpers/creel-app.ts'
import { post } from '../helpers/post.ts'
import { ask, inputUrl, requestRows } from '../helpers/window.ts'

function row(page: Page, name: string) {
  return requestRows(page).filter({ hasText: `/${name}` })
}

/** What axe calls serious or critical in a part of the page, as rule and place. */
async function violations(page: Page, part: string): Promise<string[]> {
  // Electron has no second target for axe to run in.
  const { violations: found } = await new AxeBuilder({ page }).setLegacyMode(true).include(part).analyze()
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}`))
}

/** A window with the requests /three, /two and /one. */
async function receiveThree(page: Page): Promise<void> {
  const url = await inputUrl(page)
  for (const name of ['one', 'two', 'three']) await post(`${url}/${name}`, '{}')
  await expect(requestRows(page)).toHaveCount(3)
}

test('42 colour and note are set by keys alone, found, kept over a restart, and come back with a deletion', async ({
  startApp,
}) => {
  test.setTimeout(90_000)
  const app = await startApp()
  const page = await app.page()
  await receiveThree(page)
  const selected = page.getByRole('row', { selected: true })
  const list = page.getByRole('grid', { name: 'Requests' })
  await list.focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('j')
  await page.keyboard.press('4')
  await expect(selected.getByRole('img', { name: 'colour 4, Orange' })).toHaveText('4')

  await page.keyboard.press('n')
  const note = page.getByRole('textbox', { name: 'Note' })
  await expect(note).toBeFocused()
  // Letters that are shortcuts elsewhere, and digits, are the note's.
  await page.keyboard.type('Ask Jonas about parcel 5')
  await expect(page.getByText(/^Saved as you write, \d/)).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(list).toBeFocused()
  await expect(selected).toContainText('/two')
  await expect(selected.getByLabel('has a note')).toBeVisible()
  await expect(page.getByRole('tab', { name: 'Notes' })).toHaveText('Notes1')
  await expect(selected.getByRole('img', { name: /^colour/ })).toHaveText('4')

  await page.keyboard.press('k')
  await page.keyboard.press('2')
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await page.keyboard.press('5')
  await expect(selected.getByRole('img', { name: 'colour 5, Grey' })).toBeVisible()
  await page.keyboard.press('0')
  await expect(selected.getByRole('img', { name: /^colour/ })).toHaveCount(0)

  await page.keyboard.press('/')
  for (const text of ['colour:4', 'jonas', 'parcel colour:4']) {
    await page.keyboard.press('Control+a')
    await page.keyboard.type(text)
    await expect(requestRows(page)).toHaveCount(1)
    await expect(requestRows(page)).toContainText('/two')
  }
  await page.keyboard.press('Escape')
  await expect(requestRows(page)).toHaveCount(3)
  await page.keyboard.press('Escape')
  await expect(list).toBeFocused()
  await page.keyboard.press('Home')
  await page.keyboard.press('j')
  await page.keyboard.press('Control+Backspace')
  await expect(row(page, 'two')).toHaveCount(0)
  await page.keyboard.press('Control+z')
  await expect(row(page, 'two').getByRole('img', { name: 'colour 4, Orange' })).toBeVisible()

  // What is typed and not saved yet is saved when the window goes.
  await list.focus()
  await page.keyboard.press('n')
  await expect(note).toBeFocused()
  await expect(note).toHaveValue('Ask Jonas about parcel 5')
  await page.keyboard.press('End')
  await page.keyboard.type('!')
  await app.quit()
  const later = await (await startApp({ userData: app.userData })).page()
  await expect(row(later, 'three').getByRole('img', { name: 'colour 2, Green' })).toBeVisible()
  await expect(row(later, 'two').getByRole('img', { name: 'colour 4, Orange' })).toBeVisible()
  await row(later, 'two').click()
  await expect(later.getByRole('textbox', { name: 'Note' })).toHaveValue('Ask Jonas about parcel 5!')
})

test('42 colours have names of their own, are chosen by menu and tab, for several rows too, and keep nothing', async ({
  startApp,
}) => {
  const page = await (await startApp()).page()
  await receiveThree(page)
  await page.keyboard.press('Control+,')
  const name = page.getByRole('textbox', { name: 'Name of colour 4' })
  await name.fill('Ask Jonas')
  await name.press('Enter')
  const first = page.getByRole('textbox', { name: 'Name of colour 1' })
  await first.fill(' ')
  await first.press('Tab')
  await expect(first).toHaveValue('Indigo')
  expect(await violations(page, '[data-section="colours"]')).toEqual([])
  await page.getByRole('button', { name: /^All requests/ }).click()

  await row(page, 'one').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Colour' }).click()
  await page.getByRole('menuitemradio', { name: 'Ask Jonas' }).click()
  await expect(row(page, 'one').getByRole('img', { name: 'colour 4, Ask Jonas' })).toBeVisible()
  await row(page, 'one').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Write a note' }).click()
  const note = page.getByRole('textbox', { name: 'Note' })
  await expect(note).toBeFocused()
  await page.keyboard.type('not kept')
  const colours = page.getByRole('radiogroup', { name: 'Colour' })
  await expect(colours.getByRole('radio', { name: 'Ask Jonas' })).toBeChecked()
  await page.keyboard.press('Tab')
  await expect(colours.getByRole('radio', { name: 'Ask Jonas' })).toBeFocused()
  await page.keyboard.press('ArrowRight')
  await expect(colours.getByRole('radio', { name: 'Grey' })).toBeChecked()
  for (const theme of ['light', 'dark'] as const) {
    await ask(page, 'app:save-settings', { theme })
    await expect(page.locator('html')).toHaveCSS('color-scheme', theme)
    expect(await violations(page, '[role="tabpanel"]')).toEqual([])
    expect(await violations(page, '[role="grid"]')).toEqual([])
  }
  await expect(row(page, 'one').getByRole('img', { name: 'colour 5, Grey' })).toBeVisible()

  await row(page, 'three').click()
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('3')
  for (const path of ['two', 'three'])
    await expect(row(page, path).getByRole('img', { name: 'colour 3, Plum' })).toBeVisible()
  const listed = () => ask(page, 'requests:list', { view: 'all', sourceId: null, text: '', before: null, limit: 9 })
  await expect.poll(async () => (await listed()).map(({ colour }) => colour)).toEqual([3, 3, 5])
  await page.keyboard.press('Escape')
  await row(page, 'two').click()
  await page.keyboard.press('p')
  await expect.poll(async () => (await listed()).map(({ pinned }) => pinned)).toEqual([false, true, false])
  await page.keyboard.press('Control+Shift+Backspace')
  await page.getByRole('button', { name: 'Clear 2 requests' }).click()
  await expect(requestRows(page)).toHaveCount(1)
  await expect(requestRows(page)).toContainText('/two')
})
