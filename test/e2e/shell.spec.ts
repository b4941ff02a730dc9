import { type ChildProcess, spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '../helpers/creel-app.ts'
import { post } from '../helpers/post.ts'
import { readRuntime } from '../helpers/runtime.ts'
import { ask, inputUrl, requestRows } from '../helpers/window.ts'

const runtime = readRuntime()

/** Starts the app a second time on the same profile; gives its exit code. */
function startAgain(userData: string, args: readonly string[] = []): Promise<number | null> {
  const words = [...runtime.args, runtime.app, `--user-data-dir=${userData}`, ...args]
  const child = spawn(runtime.electron.executable, words, { env: { ...process.env, ...runtime.env }, stdio: 'ignore' })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
}

test('56 a second start shows the window of the first and ends', async ({ startApp }) => {
  const app = await startApp()
  const page = await app.page()
  await inputUrl(page)
  const closed = page.waitForEvent('close')
  await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  await closed
  expect(await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(0)
  const shown = app.electron.waitForEvent('window')
  expect(await startAgain(app.userData)).toBe(0)
  await expect((await shown).getByRole('switch', { name: 'Forwarding' })).toBeVisible()
})

/** Starts the app as from a terminal; `said` is what it has written there so far. */
function startInTerminal(userData: string): { readonly child: ChildProcess; readonly said: () => string } {
  const words = [...runtime.args, runtime.app, `--user-data-dir=${userData}`]
  const child = spawn(runtime.electron.executable, words, {
    env: { ...process.env, ...runtime.env },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let text = ''
  child.stdout.on('data', (data: Buffer) => (text += data.toString()))
  return { child, said: () => text }
}

test('whoever starts it in a terminal is told where it receives, and a second time that it runs already', async ({
  startApp,
}) => {
  const app = await startApp()
  const url = await inputUrl(await app.page())
  await app.quit()
  const first = startInTerminal(app.userData)
  await expect.poll(() => first.said()).toContain(`Creel receives at ${url}\n`)
  const second = startInTerminal(app.userData)
  await expect.poll(() => second.said()).toContain('Creel is already running')
  const ended = new Promise((resolve) => first.child.once('exit', resolve))
  first.child.kill('SIGTERM')
  await ended
  const log = await readFile(join(app.userData, 'logs/creel.log'), 'utf8')
  expect(log).toContain('"msg":"source connected"')
})

test('56 two profiles run side by side, each with its own relay', async ({ startApp, folder }) => {
  const one = await startApp()
  const other = await startApp({ userData: `${folder}/other` })
  const [first, second] = await Promise.all([inputUrl(await one.page()), inputUrl(await other.page())])
  expect(new URL(first).port).not.toBe(new URL(second).port)
})

test('56 a deep link opens the request it names', async ({ startApp }) => {
  const app = await startApp()
  const page = await app.page()
  const url = await inputUrl(page)
  await post(`${url}/linked`, '{"here":true}')
  await expect(requestRows(page).filter({ hasText: '/linked' })).toBeVisible()
  const [row] = await ask(page, 'requests:list', { view: 'all', sourceId: null, text: '', before: null, limit: 1 })
  expect(await startAgain(app.userData, [`creel://request/${row?.uid}`])).toBe(0)
  await expect(page.getByRole('tab', { name: 'Body' })).toBeVisible()
  await expect(page.getByText('"here"').first()).toBeVisible()
})

test('56 light and dark can be chosen, and survive a restart', async ({ startApp }) => {
  const first = await startApp()
  const page = await first.page()
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  await ask(page, 'app:save-settings', { theme: 'light' })
  await expect.poll(background).toBe('rgb(243, 245, 245)')
  await ask(page, 'app:save-settings', { theme: 'dark' })
  await expect.poll(background).toBe('rgb(20, 24, 26)')
  await first.quit()
  const second = await startApp({ userData: first.userData })
  const later = await second.page()
  await expect.poll(() => later.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(20, 24, 26)')
})

test('56 the window comes back where and as it was', async ({ startApp }) => {
  const first = await startApp()
  const url = await inputUrl(await first.page())
  await post(`${url}/kept`, '{"a":1}')
  const page = await first.page()
  await requestRows(page).filter({ hasText: '/kept' }).click()
  await page.getByRole('tab', { name: /Headers/ }).click()
  await expect.poll(async () => (await ask(page, 'app:snapshot', {})).view.tab).toBe('headers')
  await first.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setSize(1100, 700))
  await first.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  await first.quit()
  const second = await startApp({ userData: first.userData })
  const later = await second.page()
  await expect(later.getByRole('tab', { name: /Headers/, selected: true })).toBeVisible()
  const size = await second.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getSize())
  expect(size).toEqual([1100, 700])
})

test('a stop by signal ends as cleanly as Quit: nothing is left open or locked', async ({ startApp }) => {
  const app = await startApp()
  const page = await app.page()
  const url = await inputUrl(page)
  await post(`${url}/kept`, 'x')
  const ended = new Promise<number | null>((resolve) => app.electron.process().once('exit', resolve))
  app.electron.process().kill('SIGTERM')
  expect(await ended).toBe(0)
  const left = await readdir(app.userData)
  expect(left.filter((name) => name.endsWith('-wal') || name === 'SingletonLock')).toEqual([])
})

test('closing the window while it opens harms nothing', async ({ startApp }) => {
  const app = await startApp({ args: ['--hidden'] })
  // Listens before anything can open: the second start may be quicker than a question to the first.
  await app.electron.evaluate(({ app: electron }) => {
    electron.once('browser-window-created', (_event, window) => {
      setImmediate(() => {
        window.close()
        Reflect.set(globalThis, 'wasClosed', true)
      })
    })
  })
  expect(await startAgain(app.userData)).toBe(0)
  await expect.poll(() => app.electron.evaluate(() => Reflect.get(globalThis, 'wasClosed') === true)).toBe(true)
  const visible = () =>
    app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.isVisible()))
  await expect.poll(visible).toEqual([])
  expect(await startAgain(app.userData)).toBe(0)
  await expect.poll(visible).toEqual([true])
})
