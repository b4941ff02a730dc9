import { expect, test } from '../helpers/creel-app.ts'
import { post } from '../helpers/post.ts'
import { inputUrl, requestRows } from '../helpers/window.ts'

test('53 the list is walked, opened, searched and left by keys alone', async ({ startApp }) => {
  const page = await (await startApp()).page()
  const url = await inputUrl(page)
  for (const path of ['/one', '/two', '/three']) await post(url + path, path)
  const rows = requestRows(page)
  await expect(rows).toHaveCount(3)
  const selected = page.getByRole('grid', { name: 'Requests' }).getByRole('row', { selected: true })

  await page.getByRole('grid', { name: 'Requests' }).focus()
  await page.keyboard.press('Home')
  await expect(selected).toContainText('/three')
  await page.keyboard.press('j')
  await expect(selected).toContainText('/two')
  await page.keyboard.press('ArrowDown')
  await expect(selected).toContainText('/one')
  await page.keyboard.press('k')
  await page.keyboard.press('ArrowUp')
  await expect(selected).toContainText('/three')

  await page.keyboard.press('Enter')
  const inDetail = () => page.evaluate(() => document.activeElement?.closest('[role=grid]') === null)
  await expect.poll(inDetail).toBe(true)
  await page.keyboard.press('Escape')
  await expect.poll(inDetail).toBe(false)

  await page.keyboard.press('/')
  const search = page.getByRole('searchbox', { name: 'Search requests' })
  await expect(search).toBeFocused()
  await page.keyboard.type('tw')
  await expect(rows).toHaveCount(1)
  await expect(rows).toContainText('/two')
  await search.fill('no such thing')
  await expect(page.getByText('No request matches')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(search).toHaveValue('')
  await expect(rows).toHaveCount(3)
})
