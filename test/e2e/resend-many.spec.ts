import { expect, test } from '../helpers/creel-app.ts'
import { startLocalTarget } from '../helpers/local-target.ts'
import { post } from '../helpers/post.ts'
import { inputUrl, requestRows, useTargets } from '../helpers/window.ts'

const COUNT = 50

async function postMany(url: string, count: number): Promise<void> {
  for (let at = 1; at <= count; at += 1) await post(`${url}/n/${at}`, `body ${at}`)
}

test('31 fifty are selected and resent in order, with a pace, a cancel and a summary', async ({ startApp }) => {
  test.setTimeout(120_000)
  const target = await startLocalTarget({
    answer: ({ url: path }, answer) => answer.writeHead(path.endsWith('7') ? 422 : 200).end(),
  })
  const page = await (await startApp()).page()
  const url = await inputUrl(page)
  await useTargets(page, [target.url])
  await postMany(url, COUNT)
  await expect.poll(() => target.received.length).toBe(COUNT)
  await expect(page.getByRole('grid', { name: 'Requests' })).toHaveAttribute('aria-rowcount', String(COUNT + 1))

  await requestRows(page).first().click()
  await page.keyboard.press('ControlOrMeta+a')
  const pane = page.getByRole('group', { name: '50 requests selected' })
  await expect(pane).toBeVisible()
  await page.keyboard.press('r')
  const resends = pane.getByRole('region', { name: 'Resends' })
  await expect(resends).toContainText('All 50 sent')
  await expect(resends).toContainText('45 answered 2xx, 5 did not')
  const paths = target.received.slice(COUNT).map((received) => received.url)
  expect(paths).toEqual(Array.from({ length: COUNT }, (_, at) => `/n/${at + 1}`))

  await pane.getByRole('radiogroup', { name: 'Pace' }).getByText('At a pace').click()
  await pane.getByRole('spinbutton', { name: 'Requests a second, at most' }).fill('2')
  const send = pane.getByRole('button', { name: 'Resend 50' })
  await send.click()
  await expect.poll(() => target.received.length).toBeGreaterThanOrEqual(2 * COUNT + 2)
  await expect(send).toHaveAttribute('aria-disabled', 'true')
  await expect(send).toBeFocused()
  await resends.getByRole('button', { name: 'Cancel the rest' }).click()
  await expect(resends.getByRole('list', { name: 'Result of each' })).toBeFocused()
  await expect(resends).toContainText(/Cancelled, \d+ of 50 sent/)
  await expect(resends.getByText('not sent').first()).toBeVisible()
  const sent = target.received.length
  expect(sent).toBeLessThan(3 * COUNT)
  await target.close()
})

test('31 53 rows are chosen with Shift and arrows, by clicks, and are deleted together', async ({ startApp }) => {
  const page = await (await startApp()).page()
  await postMany(await inputUrl(page), 6)
  const rows = requestRows(page)
  await expect(rows).toHaveCount(6)
  await page.getByRole('grid', { name: 'Requests' }).focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Shift+ArrowDown')
  await expect(page.getByRole('group', { name: '3 requests selected' })).toBeVisible()
  await expect(rows.filter({ has: page.getByLabel('chosen') })).toHaveCount(3)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('group', { name: /requests selected/ })).toHaveCount(0)

  await rows.nth(1).click()
  await rows.nth(3).click({ modifiers: ['ControlOrMeta'] })
  await rows.nth(5).click({ modifiers: ['ControlOrMeta'] })
  await expect(page.getByRole('group', { name: '3 requests selected' })).toBeVisible()
  await rows.nth(5).click({ modifiers: ['ControlOrMeta'] })
  await expect(page.getByRole('group', { name: '2 requests selected' })).toBeVisible()
  await rows.nth(1).click()
  await rows.nth(4).click({ modifiers: ['Shift'] })
  await expect(page.getByRole('group', { name: '4 requests selected' })).toBeVisible()
  await page.keyboard.press('ControlOrMeta+Backspace')
  await expect(rows).toHaveCount(2)
  await expect(rows.first()).toContainText('/n/6')
  await expect(rows.last()).toContainText('/n/1')
})
