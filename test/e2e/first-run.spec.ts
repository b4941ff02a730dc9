import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from '../helpers/creel-app.ts'
import { post } from '../helpers/post.ts'
import { inputUrl, requestRows } from '../helpers/window.ts'

test('1 a webhook posted to the URL appears in the open window in under a second, with no click', async ({
  startApp,
}) => {
  const app = await startApp()
  const page = await app.page()
  const url = await inputUrl(page)
  expect(await post(`${url}/orders`, '{"amount":1.00}')).toMatchObject({ status: 200 })
  await expect(requestRows(page).filter({ hasText: '/orders' })).toBeVisible({ timeout: 1000 })
})

test('54 the first webhook is there within 60 s of the first launch, without an account', async ({ startApp }) => {
  const begun = performance.now()
  const app = await startApp()
  const page = await app.page()
  await expect(page.getByRole('heading', { name: 'Your webhook URL is ready' })).toBeVisible()
  const url = await inputUrl(page)
  await expect(page.getByText(`curl -X POST ${url}`)).toBeVisible()
  await page.getByRole('button', { name: 'Send a test webhook' }).click()
  const row = requestRows(page).filter({ hasText: '/hello' })
  await expect(row).toBeVisible({ timeout: 1000 })
  expect(performance.now() - begun).toBeLessThan(60_000)
})

test('54 the curl line works when it is pasted', async ({ startApp }) => {
  const app = await startApp()
  const page = await app.page()
  await inputUrl(page)
  await page.getByRole('button', { name: 'Copy curl' }).click()
  const line = await app.electron.evaluate(({ clipboard }) => clipboard.readText())
  expect(line).toMatch(/^curl /)
  await promisify(execFile)('sh', ['-c', line])
  await expect(requestRows(page).filter({ hasText: '/hello' })).toBeVisible()
})

test('10 the URL is the same after a restart, and a copy of it is what the clipboard gets', async ({ startApp }) => {
  const first = await startApp()
  const page = await first.page()
  const url = await inputUrl(page)
  await page.getByRole('button', { name: 'Copy URL' }).first().click()
  expect(await first.electron.evaluate(({ clipboard }) => clipboard.readText())).toBe(url)
  await first.quit()
  const second = await startApp({ userData: first.userData })
  expect(await inputUrl(await second.page())).toBe(url)
})
