import type { Page } from '@playwright/test'
import { expect, test } from '../helpers/creel-app.ts'
import { startLocalTarget } from '../helpers/local-target.ts'
import { post } from '../helpers/post.ts'
import { ask, inputUrl, requestRows, useTargets } from '../helpers/window.ts'

/** The narrower limits of a person hold after the time in which they can be taken back. */
const LIMITS_HOLD_MS = 30_000

async function postAll(url: string, names: readonly string[]): Promise<void> {
  for (const name of names) await post(`${url}/${name}`, `{"name":"${name}"}`)
}

function row(page: Page, name: string) {
  return requestRows(page).filter({ hasText: `/${name}` })
}

async function listedPaths(page: Page): Promise<string[]> {
  const rows = await ask(page, 'requests:list', { view: 'all', sourceId: null, text: '', before: null, limit: 500 })
  return rows.map(({ requestTarget, mountBytes }) => requestTarget.slice(mountBytes))
}

function postPush(url: string): Promise<unknown> {
  const headers = ['host', new URL(url).host, 'x-github-event', 'push', 'x-github-delivery', '1']
  return post(url, '{}', { headers })
}

test('42 a deleted request leaves at once, and Ctrl Z brings it back as it was', async ({ startApp }) => {
  const target = await startLocalTarget()
  const page = await (await startApp()).page()
  const url = await inputUrl(page)
  await useTargets(page, [target.url])
  await postAll(url, ['one', 'two', 'three'])
  await expect(row(page, 'three').getByText('200', { exact: true })).toBeVisible()
  await row(page, 'two').click()
  await page.keyboard.press('p')
  await expect(page.getByRole('button', { name: /^Pinned/ })).toContainText('1')

  await page.keyboard.press('Control+Backspace')
  await expect(row(page, 'two')).toHaveCount(0)
  await expect(page.getByText('1 request deleted, with 1 delivery')).toBeVisible()
  await expect(page.getByRole('row', { selected: true })).toContainText('/one')
  expect(await listedPaths(page)).toEqual(['/three', '/one'])
  await expect.poll(async () => (await ask(page, 'app:snapshot', {})).counts).toMatchObject({ total: 2, pinned: 0 })

  await page.keyboard.press('Control+z')
  await expect(row(page, 'two').getByText('200', { exact: true })).toBeVisible()
  await expect(page.getByRole('row', { selected: true })).toContainText('/two')
  await expect(page.getByText('"two"')).toBeVisible()
  expect(await listedPaths(page)).toEqual(['/three', '/two', '/one'])
  await expect.poll(async () => (await ask(page, 'app:snapshot', {})).counts).toMatchObject({ total: 3, pinned: 1 })
  await target.close()
})

test('42 what waits of a deleted request is not sent, and waits where it stood when it is taken back', async ({
  startApp,
}) => {
  const target = await startLocalTarget()
  const page = await (await startApp()).page()
  const url = await inputUrl(page)
  const [sending] = await useTargets(page, [target.url])
  await ask(page, 'targets:update', { id: sending?.id ?? 0, options: { inFlight: 1 } })
  await page.getByRole('switch', { name: 'Forwarding' }).click()
  await postAll(url, ['a', 'b', 'c'])
  await expect(requestRows(page).filter({ hasText: 'held' })).toHaveCount(3)
  const paths = () => target.received.map((one) => one.url)

  await row(page, 'a').click()
  await page.keyboard.press('Delete')
  await expect(row(page, 'a')).toHaveCount(0)
  await page.keyboard.press('Control+z')
  await expect(row(page, 'a').getByText('held')).toBeVisible()
  await row(page, 'b').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await expect(row(page, 'b')).toHaveCount(0)
  await page.getByRole('switch', { name: 'Forwarding' }).click()
  await expect.poll(paths).toEqual(['/a', '/c'])
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(paths).toEqual(['/a', '/c', '/b'])
  await expect(row(page, 'b').getByText('200', { exact: true })).toBeVisible()
  await target.close()
})

test('44 a deletion is for good once its time is over, or the app was killed before', async ({ startApp }) => {
  const app = await startApp()
  const page = await app.page()
  const url = await inputUrl(page)
  await postAll(url, ['gone', 'killed', 'kept'])
  await expect(requestRows(page)).toHaveCount(3)
  const rows = await ask(page, 'requests:list', { view: 'all', sourceId: null, text: '', before: null, limit: 3 })
  const gone = rows.find(({ requestTarget }) => requestTarget.endsWith('/gone'))
  await row(page, 'gone').click()
  await page.keyboard.press('Control+Backspace')
  await page.getByRole('button', { name: 'Dismiss' }).click()
  const restore = () => ask(page, 'requests:undo-delete', { deletion: 1 })
  await expect(restore()).rejects.toThrow('deleted for good')
  await row(page, 'killed').click()
  await page.keyboard.press('Control+Backspace')
  await expect(page.getByText('1 request deleted')).toBeVisible()
  await app.kill()

  const later = await (await startApp({ userData: app.userData })).page()
  await inputUrl(later)
  expect(await listedPaths(later)).toEqual(['/kept'])
  await expect.poll(async () => (await ask(later, 'history:usage', {})).requests).toBe(1)
  await expect(ask(later, 'requests:get', { id: gone?.id ?? 0 })).rejects.toThrow('no longer')
})

test('42 44 clearing asks, says how many, sends nothing that waited, and keeps what is pinned', async ({
  startApp,
}) => {
  const target = await startLocalTarget()
  const page = await (await startApp()).page()
  const url = await inputUrl(page)
  await useTargets(page, [target.url])
  await page.getByRole('switch', { name: 'Forwarding' }).click()
  await postAll(url, ['first', 'pinned', 'last'])
  await expect(requestRows(page).filter({ hasText: 'held' })).toHaveCount(3)
  await row(page, 'pinned').click()
  await page.keyboard.press('p')
  await page.keyboard.press('Control+,')
  await expect(page.getByText('3 requests, the oldest of')).toBeVisible()
  await page.getByRole('button', { name: 'Clear all but pinned' }).click()
  const dialog = page.getByRole('alertdialog', { name: 'Clear all but pinned?' })
  await expect(dialog.getByText('1 pinned request stays')).toBeVisible()
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await page.keyboard.press('Escape')
  expect(await listedPaths(page)).toHaveLength(3)
  await page.getByRole('button', { name: 'Clear all but pinned' }).click()
  await dialog.getByRole('button', { name: 'Clear 2 requests' }).click()
  await expect(page.getByText('2 requests cleared')).toBeVisible()
  expect(await listedPaths(page)).toEqual(['/pinned'])
  await page.getByRole('button', { name: /^All requests/ }).click()
  await expect(requestRows(page)).toHaveCount(1)
  await page.getByRole('switch', { name: 'Forwarding' }).click()
  await expect(row(page, 'pinned').getByText('200', { exact: true })).toBeVisible()
  expect(target.received.map((one) => one.url)).toEqual(['/pinned'])
  await target.close()
})

test('44 limits are set in the preferences, can be taken back, and then hold: of the whole and of a source', async ({
  startApp,
}) => {
  test.setTimeout(120_000)
  const page = await (await startApp()).page()
  const url = await inputUrl(page)
  await postAll(
    url,
    Array.from({ length: 12 }, (_, n) => `n${n}`),
  )
  await expect(requestRows(page)).toHaveCount(12)
  await row(page, 'n0').click()
  await page.keyboard.press('p')
  await page.keyboard.press('Control+,')
  const keeping = page.getByRole('region', { name: 'Keeping' })
  await expect(keeping.getByText('of 5.0 GB')).toBeVisible()
  const count = keeping.getByLabel('Requests to keep')
  await count.fill('0')
  await expect(keeping.getByRole('alert')).toHaveText('At least one request is kept')
  await count.fill('2')
  await count.press('Enter')
  await expect(page.getByText('Kept: 30 days, 5.0 GB, 2 requests at most')).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(count).toHaveValue('')

  await count.fill('6')
  await count.press('Enter')
  await expect
    .poll(() => listedPaths(page), { timeout: LIMITS_HOLD_MS })
    .toEqual(['/n11', '/n10', '/n9', '/n8', '/n7', '/n0'])
  await page.getByRole('button', { name: 'Settings of This computer' }).click()
  const own = page.getByRole('group', { name: 'Keeping' })
  await expect(own.getByText('6 requests,')).toBeVisible()
  await own.getByLabel('Requests to keep').fill('3')
  await own.getByLabel('Requests to keep').press('Enter')
  await expect.poll(() => listedPaths(page), { timeout: LIMITS_HOLD_MS }).toEqual(['/n11', '/n10', '/n0'])
  await page.getByRole('button', { name: /^All requests/ }).click()
  await expect(requestRows(page)).toHaveCount(3)
})

test('52 what is muted from a row comes without a dot, is forwarded all the same, and is unmuted in the preferences', async ({
  startApp,
}) => {
  const target = await startLocalTarget()
  const page = await (await startApp()).page()
  const url = await inputUrl(page)
  await useTargets(page, [target.url])
  await postPush(`${url}/loud`)
  const unread = () => ask(page, 'app:snapshot', {}).then(({ counts }) => counts.unread)
  await expect.poll(unread).toBe(1)
  await row(page, 'loud').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Mute push' }).click()
  await expect(page.getByText('Muted GitHub push. It is still stored and forwarded.')).toBeVisible()
  await expect.poll(unread).toBe(0)
  await postPush(`${url}/muted`)
  await expect(row(page, 'muted').getByText('200', { exact: true })).toBeVisible()
  await expect(row(page, 'muted').getByText('unread')).toHaveCount(0)
  expect(await unread()).toBe(0)
  expect(target.received.map((one) => one.url)).toEqual(['/loud', '/muted'])

  await page.keyboard.press('Control+,')
  await page.getByRole('list', { name: 'Muted' }).getByRole('button', { name: 'Unmute GitHub push' }).click()
  await expect(page.getByText('Nothing is muted.')).toBeVisible()
  await postPush(`${url}/loud-again`)
  await expect.poll(unread).toBe(1)
  await page.getByRole('button', { name: /^All requests/ }).click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Mark all as read' }).click()
  await expect.poll(unread).toBe(0)
  await target.close()
})
