import type { Page } from '@playwright/test'
import { expect, test } from '../helpers/creel-app.ts'
import { ask, requestRows } from '../helpers/window.ts'
import { startDay } from './day.ts'

const NOTE = `Second scan of the same parcel within 4 s. The carrier says both are wanted.
Ask Jonas whether we drop the later one. See also H-20391.`

function rowOf(page: Page, text: string) {
  return requestRows(page).filter({ hasText: text }).first()
}

test('a request with a note, colours in the list and in menus, and what they are called', async ({ startApp }) => {
  test.setTimeout(120_000)
  const day = await startDay(startApp)
  const { page, camera } = day
  day.answerAll()
  await page.getByRole('button', { name: /^All requests/ }).click()
  const names = ['Indigo', 'Green', 'Plum', 'Ask Jonas', 'Grey']
  await ask(page, 'app:save-settings', { colourNames: names })
  const rows = await ask(page, 'requests:list', { view: 'all', sourceId: null, text: '', before: null, limit: 200 })
  await ask(page, 'requests:mark-read', { ids: rows.slice(5).map(({ id }) => id) })
  const colour = (at: number, number: number) =>
    ask(page, 'requests:colour', { ids: rows.slice(at, at + 1).map(({ id }) => id), colour: number })
  await Promise.all([colour(2, 2), colour(4, 1), colour(9, 2), colour(12, 3), colour(14, 5)])

  await rowOf(page, 'track.json').click()
  await page.keyboard.press('p')
  await page.keyboard.press('4')
  await page.keyboard.press('n')
  await page.getByRole('textbox', { name: 'Note' }).fill(NOTE)
  await expect(page.getByText(/^Saved as you write, \d/)).toBeVisible()
  await expect(page.getByText('Pinned: stays when')).toBeVisible()
  await page.mouse.move(640, 795)
  await camera.shoot('34-notes-long-path')
  await camera.resize(960, 600)
  await camera.shoot('34-notes-long-path-960x600')
  await camera.resize(1280, 800)

  await rowOf(page, 'track.json').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Colour' }).click()
  await expect(page.getByRole('menuitemradio', { name: 'Ask Jonas' })).toBeVisible()
  await camera.shoot('33-context-menu-colour')
  const closeMenus = async (): Promise<number> => {
    await page.keyboard.press('Escape')
    return page.getByRole('menu').count()
  }
  await expect.poll(closeMenus).toBe(0)
  await page.keyboard.press('Control+,')
  await page.getByRole('navigation').getByRole('button', { name: 'Colours' }).click()
  await camera.shoot('30-preferences-colours')
  await day.end()
})
