import { fileURLToPath } from 'node:url'
import type { Page } from '@playwright/test'
import { COMPANY_HOST, companyAuthorities, startCompanyProxy, startTlsDoor } from '../helpers/company-network.ts'
import { expect, test } from '../helpers/creel-app.ts'
import { startLocalTarget } from '../helpers/local-target.ts'
import { post } from '../helpers/post.ts'
import { startSmeeServer } from '../helpers/smee-server.ts'
import { startStandaloneRelay } from '../helpers/standalone-relay.ts'
import { startTcpProxy } from '../helpers/tcp-proxy.ts'
import { inputUrl, requestRows } from '../helpers/window.ts'

async function openDoors(page: Page) {
  await inputUrl(page)
  await page.getByRole('button', { name: /^Another way in/ }).click()
  const ways = page.getByRole('main', { name: 'Ways in' })
  const door = (name: string) => ways.getByRole('region', { name })
  return { ways, door, goOn: ways.getByRole('button', { name: /^Continue with/ }) }
}

/** By the menu of its place at the left, as it is in the settings of a source. */
async function removeChannel(page: Page, name: string) {
  const place = page.getByRole('navigation', { name: 'Sources' }).getByRole('button', { name })
  await place.click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Source settings' }).click()
  await page.getByRole('button', { name: 'Remove source' }).click()
  await page.getByRole('button', { name: `Remove ${name}` }).click()
  await expect(place).toHaveCount(0)
}

test('54 the four ways in stand beside each other, and this computer is ready without an account', async ({
  startApp,
}) => {
  const page = await (await startApp()).page()
  const { ways, door, goOn } = await openDoors(page)
  await expect(ways.getByRole('radio')).toHaveCount(7)
  await expect(ways.getByRole('radio', { name: 'This computer' })).toBeChecked()
  await expect(door('This computer').getByLabel('URL', { exact: true })).toHaveValue(/^http:\/\/127\.0\.0\.1:\d+\/in\//)
  await expect(door('This computer')).toContainText(/Connected, verified/)
  await goOn.click()
  await expect(page.getByText('Your webhook URL is ready')).toBeVisible()
})

test('54 the other ways in stay in reach once requests have come', async ({ startApp }) => {
  const page = await (await startApp()).page()
  await post(`${await inputUrl(page)}/first`, 'x')
  await requestRows(page).first().click()
  await page.getByRole('button', { name: 'Add source' }).click()
  await page.getByRole('button', { name: /^Another way in/ }).click()
  const ways = page.getByRole('main', { name: 'Ways in' })
  await expect(ways.getByRole('region', { name: 'A free public channel' })).toBeVisible()
  await ways.getByRole('button', { name: 'Back' }).click()
  await expect(requestRows(page)).toHaveCount(1)
  await expect(page.getByRole('row', { selected: true })).toContainText('/first')
  // In a list that does not hold it, keys are not to act on it.
  await expect(page.getByRole('button', { name: /^Edit & resend/ })).toBeVisible()
  await page.getByRole('button', { name: /^Pinned/ }).click()
  await expect(page.getByText('Nothing is pinned')).toBeVisible()
  await expect(page.getByRole('button', { name: /^Edit & resend/ })).toHaveCount(0)
})

test('54 a public channel is listened to before it is kept, and what is posted there arrives', async ({ startApp }) => {
  const server = await startSmeeServer()
  const page = await (await startApp()).page()
  const { door, goOn } = await openDoors(page)
  const channel = door('A free public channel')
  await expect(channel).toContainText('smee.io writes JSON bodies anew')
  await channel.getByRole('textbox', { name: 'Channel' }).fill('http://127.0.0.1:9/nobody')
  await expect(channel.getByRole('alert')).toContainText('Nothing listens at 127.0.0.1:9')
  await expect(goOn).toHaveAttribute('aria-disabled', 'true')
  await channel.getByRole('textbox', { name: 'Channel' }).fill(`${server.url}/abc123`)
  await expect(channel).toContainText('said that it is ready')
  await goOn.click()
  await expect(page.getByLabel('Public URL')).toHaveValue(`${server.url}/abc123`)
  await expect(page.getByText(/keeps nothing: what is sent while Creel is away is lost/)).toBeVisible()
  const sent = await fetch(`${server.url}/abc123`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-github-event': 'push' },
    body: '{"ref":"refs/heads/main"}',
  })
  expect(sent.status).toBe(200)
  await page.getByRole('button', { name: 'Show requests' }).click()
  await requestRows(page).first().click()
  await page.getByRole('button', { name: /altered on the way/ }).click()
  await expect(page.getByText('parsed and written anew', { exact: false })).toBeVisible()
  await page.keyboard.press('Escape')
  await removeChannel(page, new URL(server.url).host)
  await requestRows(page).first().click()
  await expect(page.getByRole('button', { name: /altered on the way/ })).toBeVisible()
  await server.close()
})

test('50 a relay of one’s own is asked as it is typed, each failure has its sentence, and then it needs no other network', async ({
  startApp,
}) => {
  const relay = await startStandaloneRelay()
  const page = await (await startApp()).page()
  const { door, goOn } = await openDoors(page)
  const own = door('My relay')
  await own.getByLabel('Relay URL').fill('http://127.0.0.1:9')
  await own.getByLabel('Token').fill(`${relay.token.key}:${relay.token.secret}`)
  await expect(own.getByRole('alert')).toContainText('Nothing listens at 127.0.0.1:9')
  await own.getByLabel('Relay URL').fill(relay.url.replace('http:', 'https:'))
  await expect(own.getByRole('alert')).toContainText('TLS')
  await own.getByLabel('Relay URL').fill(relay.url)
  await own.getByLabel('Token').fill(`${relay.token.key}:crs_${'A'.repeat(43)}`)
  await expect(own.getByRole('alert')).toContainText('The secret of the token is wrong')
  await expect(goOn).toHaveAttribute('aria-disabled', 'true')
  await own.getByLabel('Token').fill(`${relay.token.key}:${relay.token.secret}`)
  await expect(own).toContainText(/Answered in .* The token may read 1 bucket/)
  await goOn.click()
  await expect(page.getByLabel(/Public URL/)).toHaveValue(relay.inputUrl)
  await post(`${relay.inputUrl}/hello`, 'x')
  await page.getByRole('button', { name: 'Show requests' }).click()
  await expect(requestRows(page)).toHaveCount(1)
  await relay.stop()
})

test('62 a tunnel is proven by a request that comes back through it before its address is given to senders', async ({
  startApp,
}) => {
  const page = await (await startApp()).page()
  const port = Number(new URL(await inputUrl(page)).port)
  const tunnel = await startTcpProxy(port)
  const elsewhere = await startLocalTarget({ answer: (_request, response) => response.writeHead(502).end() })
  const { door, goOn } = await openDoors(page)
  const own = door('My tunnel')
  await expect(own.getByLabel('Run this')).toHaveValue(`cloudflared tunnel --url http://127.0.0.1:${port}`)
  await own.getByText('ngrok').click()
  await expect(own.getByLabel('Run this')).toHaveValue(`ngrok http ${port}`)
  await own.getByLabel('Public URL').fill(elsewhere.url)
  await own.getByRole('button', { name: 'Check' }).click()
  await expect(own.getByRole('alert')).toContainText('the tunnel is there, but nothing answers behind it')
  await expect(goOn).toHaveAttribute('aria-disabled', 'true')
  await own.getByLabel('Public URL').fill(tunnel.url)
  await own.getByRole('button', { name: 'Check' }).click()
  await expect(own).toContainText('A canary went out and came back through it in')
  await goOn.click()
  await expect.poll(() => inputUrl(page)).toContain(tunnel.url)
  await post(`${await inputUrl(page)}/through`, 'x')
  await expect(requestRows(page).filter({ hasText: '/through' })).toHaveCount(1)
  await elsewhere.close()
  await tunnel.close()
})

test("62 a relay behind the company's proxy, with a certificate of the company's, connects once that authority is named", async ({
  startApp,
  folder,
}) => {
  const relay = await startStandaloneRelay({ publicUrl: `https://${COMPANY_HOST}` })
  const tls = await startTlsDoor(Number(new URL(relay.url).port))
  const proxy = await startCompanyProxy('mira:secret')
  const page = await (await startApp({ env: { HTTPS_PROXY: proxy.url } })).page()
  const { door } = await openDoors(page)
  const own = door('My relay')
  await own.getByLabel('Relay URL').fill(`https://${COMPANY_HOST}:${tls.port}`)
  await own.getByLabel('Token').fill(`${relay.token.key}:${relay.token.secret}`)
  await expect(own.getByRole('alert')).toContainText('cannot be trusted')
  await page.getByRole('button', { name: 'Preferences' }).click()
  const file = page.getByLabel(/certificate authorities/)
  await file.fill(`${folder}/nothing.pem`)
  await file.press('Enter')
  await expect(page.getByRole('alert')).toContainText('cannot be read')
  await file.fill(fileURLToPath(companyAuthorities))
  await file.press('Enter')
  await expect(page.getByText('1 certificate is trusted')).toBeVisible()
  await page.getByRole('button', { name: 'Add source' }).first().click()
  const dialog = page.getByRole('alertdialog', { name: 'Add source' })
  await dialog.getByLabel('Relay URL').fill(`https://${COMPANY_HOST}:${tls.port}`)
  await dialog.getByLabel('Token').fill(`${relay.token.key}:${relay.token.secret}`)
  await expect(dialog.getByText(/answered in/)).toBeVisible()
  await dialog.getByRole('button', { name: 'Add source' }).click()
  await post(`${relay.inputUrl}/through`, 'x')
  await page.getByRole('button', { name: 'Show requests' }).click()
  await expect(requestRows(page)).toHaveCount(1)
  expect(proxy.asked.length).toBeGreaterThan(0)
  await proxy.close()
  await tls.close()
  await relay.stop()
})
