import { join } from 'node:path'
import { expect, test } from '../helpers/creel-app.ts'
import { startLocalTarget } from '../helpers/local-target.ts'
import { post } from '../helpers/post.ts'
import { readRuntime } from '../helpers/runtime.ts'
import { inputUrl, requestRows } from '../helpers/window.ts'

const runtime = readRuntime()

test('the page is sandboxed, isolated, and has neither Node nor Electron', async ({ startApp }) => {
  const app = await startApp()
  const page = await app.page()
  const preferences = await app.electron.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents
    // Not in the types, but what Electron itself goes by.
    return (contents as unknown as { getLastWebPreferences(): Record<string, unknown> }).getLastWebPreferences()
  })
  expect(preferences).toMatchObject({ sandbox: true, contextIsolation: true, nodeIntegration: false })
  const reach = await page.evaluate(() => [
    typeof Reflect.get(globalThis, 'require'),
    typeof Reflect.get(globalThis, 'process'),
    typeof Reflect.get(globalThis, 'ipcRenderer'),
    typeof Reflect.get(globalThis, 'creel'),
  ])
  expect(reach).toEqual(['undefined', 'undefined', 'undefined', 'object'])
})

test('the page can neither navigate away nor open a window', async ({ startApp }) => {
  const other = await startLocalTarget()
  const app = await startApp()
  const page = await app.page()
  await inputUrl(page)
  const opened = await page.evaluate((url) => window.open(url) === null, other.url)
  expect(opened).toBe(true)
  await page.evaluate((url) => {
    const link = document.createElement('a')
    link.href = url
    document.body.append(link)
    link.click()
    link.remove()
  }, other.url)
  // Asked in the page itself: Playwright waits for the navigation that was prevented.
  await expect.poll(() => page.evaluate(() => location.href)).toBe('creel-app://app/')
  // The relay may be up before the page is drawn.
  await expect.poll(() => page.evaluate(() => document.querySelectorAll('[role=switch]').length)).toBeGreaterThan(0)
  expect(app.electron.windows()).toHaveLength(1)
  expect(other.received).toHaveLength(0)
  await other.close()
})

test('the page can load nothing from anywhere else, and runs no script that was put into it', async ({
  startApp,
  expectedProblems,
}) => {
  expectedProblems.push(/Content Security Policy|securitypolicyviolation|"kind":"csp"|violates the following/)
  const other = await startLocalTarget()
  const page = await (await startApp()).page()
  await inputUrl(page)
  const failed = await page.evaluate(async (url) => {
    const script = document.createElement('script')
    script.textContent = 'globalThis.wasRun = true'
    document.body.append(script)
    const image = document.createElement('img')
    image.src = `${url}/pixel.png`
    const loaded = new Promise((resolve) => {
      image.addEventListener('load', () => resolve('loaded'))
      image.addEventListener('error', () => resolve('refused'))
    })
    document.body.append(image)
    const fetched = await fetch(url).then(
      () => 'fetched',
      () => 'refused',
    )
    return [await loaded, fetched, Reflect.get(globalThis, 'wasRun') ?? 'not run']
  }, other.url)
  expect(failed).toEqual(['refused', 'refused', 'not run'])
  expect(other.received).toHaveLength(0)
  await other.close()
})

test('every permission is denied', async ({ startApp }) => {
  const page = await (await startApp()).page()
  await inputUrl(page)
  const states = await page.evaluate(async () => {
    const asked = ['notifications', 'geolocation', 'camera', 'microphone', 'clipboard-read'] as const
    const found = await Promise.all(asked.map((name) => navigator.permissions.query({ name: name as PermissionName })))
    return found.map(({ state }) => state)
  })
  expect(states).toEqual(['denied', 'denied', 'denied', 'denied', 'denied'])
})

test('only the window of the app is answered, and only what the contract knows', async ({ startApp }) => {
  const app = await startApp()
  const page = await app.page()
  await inputUrl(page)
  const unknown = await page.evaluate(() => {
    const { creel } = globalThis as unknown as { creel: { ask(name: string, input: unknown): Promise<unknown> } }
    return Promise.all([
      creel.ask('requests:drop', {}),
      creel.ask('../../escape', {}),
      creel.ask('requests:get', { id: 'x' }),
    ])
  })
  expect(unknown).toMatchObject([
    { ok: false, error: { code: 'unknown-command' } },
    { ok: false, error: { code: 'unknown-command' } },
    { ok: false, error: { code: 'bad-input', field: 'id' } },
  ])
  const shown = app.electron.waitForEvent('window')
  await app.electron.evaluate(
    ({ BrowserWindow }, preload) =>
      new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } }).loadURL('data:text/html,stranger'),
    join(runtime.app, 'out/preload/index.cjs'),
  )
  const stranger = await shown
  const answer = await stranger.evaluate(() => {
    const { creel } = globalThis as unknown as { creel: { ask(name: string, input: unknown): Promise<unknown> } }
    return creel.ask('app:snapshot', {})
  })
  expect(answer).toMatchObject({ ok: false, error: { code: 'not-allowed' } })
})

test('captured HTML is text: it neither runs nor draws', async ({ startApp }) => {
  const page = await (await startApp()).page()
  const url = await inputUrl(page)
  const hostile = '<img src=x onerror="globalThis.wasRun=1"><script>globalThis.wasRun=1</script><h1 id="drawn">hi</h1>'
  await post(`${url}/<b>bold</b>`.replaceAll('<', '%3C'), hostile, {
    headers: ['Content-Type', 'text/html', 'X-Note', '<svg onload=globalThis.wasRun=1>'],
  })
  await requestRows(page).first().click()
  await expect(page.getByRole('tabpanel').getByText('onerror', { exact: false }).first()).toBeVisible()
  await page.getByRole('tab', { name: /Headers/ }).click()
  await expect(page.getByRole('tabpanel').getByText('<svg onload=globalThis.wasRun=1>')).toBeVisible()
  expect(await page.locator('#drawn').count()).toBe(0)
  expect(await page.evaluate(() => Reflect.get(globalThis, 'wasRun'))).toBeUndefined()
})
