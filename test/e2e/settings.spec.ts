import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from '../helpers/creel-app.ts'
import { openFileManager } from '../helpers/file-manager.ts'
import { startLocalTarget } from '../helpers/local-target.ts'
import { post } from '../helpers/post.ts'
import { startSessionBus } from '../helpers/session-bus.ts'
import { startStandaloneRelay } from '../helpers/standalone-relay.ts'
import { ask, inputUrl, requestRows, useTargets } from '../helpers/window.ts'

// Some of these change what the app is started with, which is the process's.
test.describe.configure({ mode: 'serial' })

/** Runs with a variable of the environment set. */
async function withVariable<T>(name: string, value: string, run: () => Promise<T>): Promise<T> {
  const before = process.env[name]
  process.env[name] = value
  try {
    return await run()
  } finally {
    if (before === undefined) delete process.env[name]
    else process.env[name] = before
  }
}

test('48 a change of one setting leaves the others alone, and all survive a restart', async ({ startApp }) => {
  const app = await startApp()
  const page = await app.page()
  await inputUrl(page)
  await ask(page, 'app:save-settings', { allowedHosts: ['staging.example.com'] })
  await page.getByRole('button', { name: 'Preferences', exact: true }).click()
  await page.getByRole('checkbox', { name: /Creel-Resend/ }).uncheck()
  await page.getByRole('radio', { name: 'Dark' }).click({ force: true })
  await page.getByRole('checkbox', { name: 'Tell of failing deliveries' }).uncheck()
  const settings = () => ask(page, 'app:snapshot', {}).then((told) => told.settings)
  await expect.poll(settings).toMatchObject({
    theme: 'dark',
    markResends: false,
    notices: false,
    allowedHosts: ['staging.example.com'],
    retention: { days: 30, count: null, bytes: 5_000_000_000 },
  })
  const before = await settings()
  await app.quit()
  const later = await (await startApp({ userData: app.userData })).page()
  expect((await ask(later, 'app:snapshot', {})).settings).toEqual(before)
})

test("19 22 a target's options are changed one by one: a wait without limit, one at once, its certificate", async ({
  startApp,
}) => {
  const target = await startLocalTarget()
  const page = await (await startApp()).page()
  await inputUrl(page)
  await useTargets(page, [target.url])
  await page.getByRole('button', { name: 'Preferences', exact: true }).click()
  await page.getByRole('button', { name: `Settings of localhost:${target.port}` }).click()
  await page.getByRole('radio', { name: 'No limit' }).click({ force: true })
  await page.getByRole('textbox', { name: 'Requests at once' }).fill('1')
  await page.getByRole('textbox', { name: 'Requests at once' }).press('Enter')
  await page.getByRole('checkbox', { name: /Host line/ }).click()
  await page.getByRole('checkbox', { name: /self-signed/ }).click()
  const options = () => ask(page, 'app:snapshot', {}).then(({ targets }) => targets[0]?.options)
  await expect
    .poll(options)
    .toMatchObject({ firstByteTimeoutMs: null, inFlight: 1, keepHost: true, allowSelfSigned: true })
  await page.getByRole('button', { name: 'Preferences', exact: true }).click()
  await expect(page.getByText('waits without limit, 1 at once, keeps Host, self-signed')).toBeVisible()
  await target.close()
})

test('launch at login is an entry of the desktop that starts the app hidden', async ({ startApp, folder }) => {
  const config = join(folder, 'config')
  const entry = join(config, 'autostart/creel.desktop')
  await withVariable('XDG_CONFIG_HOME', config, async () => {
    const page = await (await startApp()).page()
    await inputUrl(page)
    await page.getByRole('button', { name: 'Preferences', exact: true }).click()
    const launch = page.getByRole('checkbox', { name: 'Launch at login' })
    await expect(launch).not.toBeChecked()
    await launch.click()
    await expect.poll(() => existsSync(entry)).toBe(true)
    const lines = (await readFile(entry, 'utf8')).split('\n')
    expect(lines[0]).toBe('[Desktop Entry]')
    expect(lines.find((line) => line.startsWith('Exec='))).toMatch(/^Exec=\/\S+ \S+ --hidden$/)
    await expect(launch).toBeChecked()
    await launch.click()
    await expect.poll(() => existsSync(entry)).toBe(false)
  })
})

test('the data folder and the log are shown in the file manager', async ({ startApp }) => {
  const bus = await startSessionBus()
  const files = await openFileManager(bus.address)
  await withVariable('DBUS_SESSION_BUS_ADDRESS', bus.address, async () => {
    const app = await startApp()
    const page = await app.page()
    await inputUrl(page)
    await page.getByRole('button', { name: 'Preferences', exact: true }).click()
    await expect(page.getByText(app.userData, { exact: true })).toBeVisible()
    await page.getByRole('button', { name: 'Show data folder' }).click()
    await page.getByRole('button', { name: 'Show log' }).click()
    const paths = ['history.sqlite', 'logs/creel.log'].map((name) => pathToFileURL(join(app.userData, name)).href)
    await expect.poll(() => files.shown).toEqual(paths)
    await app.quit()
  })
  await files.close()
  await bus.stop()
})

test('48 diagnostics can be read and copied, and hold no secret, host, URL or content', async ({ startApp }) => {
  const relay = await startStandaloneRelay()
  const app = await startApp()
  const page = await app.page()
  const url = await inputUrl(page)
  const secret = 'whsec_a-signing-secret-that-nobody-may-see'
  await ask(page, 'secrets:set-signing', { scheme: 'github', secret })
  await ask(page, 'targets:add', { url: 'https://staging.example.com/hooks', confirmedHost: 'staging.example.com' })
  const wrong = `crs_${'A'.repeat(43)}`
  await ask(page, 'sources:add', {
    name: 'Ledger of Harborline',
    relayUrl: relay.url,
    token: { key: relay.token.key, secret: wrong },
    buckets: [],
    targets: [],
  })
  await post(`${url}/harborline/orders?api_key=k-1234567890`, '{"card":"4242424242424242"}')
  await expect(requestRows(page)).toHaveCount(1)
  await expect
    .poll(async () => JSON.stringify((await ask(page, 'app:snapshot', {})).sourceStatuses))
    .toContain('refused')

  await page.getByRole('button', { name: 'Preferences', exact: true }).click()
  await page.getByRole('button', { name: 'Read it first' }).click()
  await expect(page.getByLabel('Diagnostics').getByText('Creel diagnostics')).toBeVisible()
  await page.getByRole('button', { name: 'Copy diagnostics' }).click()
  const copied = () => app.electron.evaluate(({ clipboard }) => clipboard.readText())
  await expect.poll(copied).toContain('Creel diagnostics')
  const text = await copied()
  for (const told of [
    'Electron 3',
    'source 2, creel: refused, wrong-secret',
    'total 1',
    'another host',
    'retention days 30',
  ]) {
    expect(text).toContain(told)
  }
  expect(text).toMatch(/Log, last [1-9]\d* lines\n {2}\S+ info /)
  for (const hidden of [
    secret,
    wrong,
    relay.token.key,
    relay.token.secret,
    'staging.example.com',
    'Ledger of Harborline',
    'harborline/orders',
    'k-1234567890',
    '4242424242424242',
    new URL(url).pathname,
    relay.url,
    app.userData,
  ]) {
    expect(text, hidden).not.toContain(hidden)
  }
  const stored = await Promise.all(
    ['logs/creel.log', 'history.sqlite', 'history.sqlite-wal'].map((name) =>
      readFile(join(app.userData, name), 'latin1'),
    ),
  )
  for (const hidden of [secret, wrong]) expect(stored.join('\n')).not.toContain(hidden)
  await app.quit()
  await relay.stop()
})
