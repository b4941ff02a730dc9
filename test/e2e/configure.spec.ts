import { expect, test } from '../helpers/creel-app.ts'
import { startLocalTarget } from '../helpers/local-target.ts'
import { GITHUB_SECRET, githubPayloads } from '../helpers/payloads.ts'
import { post } from '../helpers/post.ts'
import { startStandaloneRelay } from '../helpers/standalone-relay.ts'
import { ask, inputUrl, requestRows, useTargets } from '../helpers/window.ts'

test('16 at the first run a port is chosen among those that listen, by its program', async ({ startApp }) => {
  const target = await startLocalTarget()
  const page = await (await startApp()).page()
  const url = await inputUrl(page)
  const other = page.getByRole('textbox', { name: 'Other URL' })
  await other.fill(`localhost:${target.port}/hooks`)
  await other.press('Enter')
  await expect(page.getByText(`Requests go to localhost:${target.port}`)).toBeVisible()
  await page.getByRole('button', { name: 'Send a test webhook' }).click()
  await expect(requestRows(page).filter({ hasText: '/hello' }).getByText('200', { exact: true })).toBeVisible()
  expect(target.received.map((one) => one.url)).toEqual(['/hooks/hello'])
  expect(target.received[0]?.body.toString()).toBe('{"event":"hello","amount":1.00}')
  expect(url).not.toBe('')
  await target.close()
})

test('a source is added with its relay, token, bucket and two targets, and its requests go to both', async ({
  startApp,
}) => {
  const relay = await startStandaloneRelay()
  const [one, other] = [await startLocalTarget(), await startLocalTarget()]
  const page = await (await startApp()).page()
  await inputUrl(page)
  for (const { url } of [one, other]) await ask(page, 'targets:add', { url })
  await page.getByRole('button', { name: 'Add source' }).click()
  const dialog = page.getByRole('alertdialog', { name: 'Add source' })
  await dialog.getByLabel('Relay URL').fill(relay.url)
  await dialog.getByLabel('Token').fill(`${relay.token.key}:crs_${'A'.repeat(43)}`)
  await expect(dialog.getByText(/secret/i).first()).toBeVisible()
  await expect(dialog.getByRole('button', { name: 'Add source' })).toHaveAttribute('aria-disabled', 'true')
  await dialog.getByLabel('Token').fill(`${relay.token.key}:${relay.token.secret}`)
  await expect(dialog.getByText(/answered in/)).toBeVisible()
  await dialog.getByLabel('Name in Creel').fill('GitHub ledger')
  for (const { port } of [one, other]) await dialog.getByRole('checkbox', { name: `localhost:${port}` }).check()
  await dialog.getByRole('button', { name: 'Add source' }).click()
  await expect(page.getByRole('navigation', { name: 'Sources' }).getByText('GitHub ledger')).toBeVisible()
  await expect(page.getByLabel(/Public URL/)).toHaveValue(relay.inputUrl)
  await post(`${relay.inputUrl}/both`, 'x')
  await expect.poll(() => [one.received.length, other.received.length]).toEqual([1, 1])
  await one.close()
  await other.close()
  await relay.stop()
})

test("a target is added with Enter, and a source's requests lead to its settings", async ({ startApp }) => {
  const app = await startApp()
  const page = await app.page()
  const url = await inputUrl(page)
  await post(`${url}/one`, 'x')
  await page.getByRole('button', { name: 'Add target' }).first().click()
  await page.getByLabel('URL or port').fill('localhost:1/hooks')
  await page.keyboard.press('Enter')
  await expect.poll(async () => (await ask(page, 'app:snapshot', {})).targets.length).toBe(1)
  // The form that had the focus is gone: Tab goes on in what took its place.
  await expect(page.getByRole('main', { name: 'Target' })).toBeFocused()
  await page
    .getByRole('navigation', { name: 'Sources' })
    .getByRole('button', { name: /This computer/ })
    .click()
  await page.getByRole('button', { name: 'Copy the URL for senders' }).click()
  await expect.poll(() => app.electron.evaluate(({ clipboard }) => clipboard.readText())).toBe(url)
  await page.getByRole('button', { name: 'Settings of This computer' }).click()
  await expect(page.getByLabel('URL on this computer')).toHaveValue(url)
})

test('a host that is not this computer is asked about once, and Cancel adds nothing', async ({ startApp }) => {
  const page = await (await startApp()).page()
  await inputUrl(page)
  const add = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Add target' }).first().click()
    await page.getByLabel('URL or port').fill('http://192.0.2.7:8080/hooks')
    await page.getByRole('main').getByRole('button', { name: 'Add target' }).click()
  }
  await add()
  const question = page.getByRole('alertdialog', { name: 'Send to 192.0.2.7:8080?' })
  await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await question.getByRole('button', { name: 'Cancel' }).click()
  expect((await ask(page, 'app:snapshot', {})).targets).toEqual([])
  await page.getByRole('main').getByRole('button', { name: 'Add target' }).click()
  await question.getByRole('button', { name: 'Send and remember' }).click()
  await expect.poll(async () => (await ask(page, 'app:snapshot', {})).targets.length).toBe(1)
  expect((await ask(page, 'app:snapshot', {})).settings.allowedHosts).toEqual(['192.0.2.7:8080'])
})

test('24 with more than 20 held, switching forwarding on asks, and "only the last" sends those and skips the rest', async ({
  startApp,
}) => {
  const target = await startLocalTarget()
  const page = await (await startApp()).page()
  const url = await inputUrl(page)
  await useTargets(page, [target.url])
  const forwarding = page.getByRole('switch', { name: 'Forwarding' })
  await forwarding.click()
  await expect(forwarding).not.toBeChecked()
  for (let at = 1; at <= 24; at += 1) await post(`${url}/n${at}`, 'x')
  await expect.poll(async () => (await ask(page, 'app:snapshot', {})).counts.held).toBe(24)
  await forwarding.click()
  const dialog = page.getByRole('alertdialog', { name: 'Turn forwarding on, with 24 held?' })
  await expect(dialog.getByRole('button', { name: 'Keep holding' })).toBeFocused()
  expect(target.received).toHaveLength(0)
  await dialog.getByRole('spinbutton', { name: 'How many of the last' }).fill('2')
  await dialog.getByRole('radio', { name: /only the last/ }).check()
  await dialog.getByRole('button', { name: 'Turn on and send 2' }).click()
  await expect.poll(() => target.received.map((one) => one.url)).toEqual(['/n23', '/n24'])
  await expect(forwarding).toBeChecked()
  await expect.poll(async () => (await ask(page, 'app:snapshot', {})).counts.held).toBe(0)
  await target.close()
})

test('39 a signature is verified once its secret is given in the badge', async ({ startApp }) => {
  const page = await (await startApp()).page()
  const url = await inputUrl(page)
  const payload = githubPayloads().find(({ name }) => name === 'github issues')
  if (!payload) throw new Error('GitHub has no issues event any more.')
  const headers = [...payload.headers.flat(), 'Content-Length', String(payload.body.length)]
  await post(url + payload.path, payload.body, { headers })
  await requestRows(page).first().click()
  await page.getByRole('button', { name: /Signature/ }).click()
  await page.getByRole('dialog', { name: 'Add the secret of GitHub' }).locator('input').fill('not this one')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: /Signature.*Failed/ })).toBeVisible()
  await page.getByRole('button', { name: /Signature/ }).click()
  await page.getByRole('button', { name: 'Change the secret' }).click()
  await page
    .getByRole('dialog', { name: /secret of GitHub/ })
    .getByLabel('Webhook secret')
    .fill(GITHUB_SECRET)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: /Signature.*Verified/ })).toBeVisible()
})
