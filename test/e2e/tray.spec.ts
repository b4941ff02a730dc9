import { type CreelApp, expect, test } from '../helpers/creel-app.ts'
import { startLocalTarget } from '../helpers/local-target.ts'
import { flatten, openPanel, type Panel, type PanelEntry } from '../helpers/panel.ts'
import { openNotificationServer } from '../helpers/notifications.ts'
import { post } from '../helpers/post.ts'
import { inputUrl, requestRows, useTargets } from '../helpers/window.ts'

// One name on the session bus is the panel, so these run one after the other.
test.describe.configure({ mode: 'serial' })

/** The entry with the tick; the line of status may begin with the same word. */
const FORWARDING = /^Forwarding( \(|$)/

let panel: Panel
test.beforeEach(async () => {
  panel = await openPanel()
})
test.afterEach(() => panel.close())

async function iconOf(app: CreelApp): Promise<string> {
  const { pid } = app.electron.process()
  await expect.poll(() => panel.iconOf(pid), 'the app has an icon in the panel').not.toBeNull()
  return (await panel.iconOf(pid)) ?? ''
}

async function look(icon: string, label: RegExp): Promise<PanelEntry | undefined> {
  return flatten(await panel.menu(icon)).find((entry) => label.test(entry.label))
}

/** The entry, once the menu has it: it is drawn anew half a second after what it tells. */
async function find(icon: string, label: RegExp): Promise<PanelEntry> {
  await expect.poll(async () => (await look(icon, label)) !== undefined, `the menu has ${label}`).toBe(true)
  const found = await look(icon, label)
  if (!found) throw new Error(`The tray menu has lost ${label}.`)
  return found
}

test("24 51 the tray's Forwarding is the window's switch: off holds a request, on sends it", async ({ startApp }) => {
  const target = await startLocalTarget()
  const app = await startApp()
  const page = await app.page()
  const url = await inputUrl(page)
  await useTargets(page, [target.url])
  const icon = await iconOf(app)
  await expect.poll(async () => (await look(icon, FORWARDING))?.checked).toBe(true)

  await panel.click(icon, (await find(icon, FORWARDING)).id)
  const forwarding = page.getByRole('switch', { name: 'Forwarding' })
  await expect(forwarding).not.toBeChecked()
  await expect.poll(async () => (await look(icon, FORWARDING))?.checked).toBe(false)

  await post(`${url}/waits`, 'x')
  const row = requestRows(page).filter({ hasText: '/waits' })
  await expect(row.getByText('held')).toBeVisible()
  await expect.poll(async () => (await look(icon, FORWARDING))?.label).toBe('Forwarding (1 held)')
  expect(target.received).toHaveLength(0)

  await panel.click(icon, (await find(icon, FORWARDING)).id)
  await expect(row.getByText('200', { exact: true })).toBeVisible()
  expect(target.received.map((one) => one.url)).toEqual(['/waits'])
  await expect(forwarding).toBeChecked()
  await target.close()
})

test('51 the tray menu says what is proven and reaches everything', async ({ startApp }) => {
  const target = await startLocalTarget()
  const app = await startApp()
  const page = await app.page()
  const url = await inputUrl(page)
  const icon = await iconOf(app)
  await find(icon, /^Connected, verified at \d\d:\d\d:\d\d$/)

  const copy = (await find(icon, /^Copy URL$/)).children[0]
  await panel.click(icon, copy?.id ?? -1)
  await expect.poll(() => app.electron.evaluate(({ clipboard }) => clipboard.readText())).toBe(url)

  await expect
    .poll(async () => (await find(icon, /^Target port$/)).children.map((entry) => entry.label))
    .toContain('This computer')
  await post(`${url}/recent`, 'x')
  await expect.poll(async () => (await panel.menu(icon)).some((entry) => entry.label.includes('/recent'))).toBe(true)

  const closed = page.waitForEvent('close')
  await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  await closed
  await post(`${url}/while-closed`, 'x')
  await expect
    .poll(async () => (await panel.menu(icon)).some((entry) => entry.label.includes('/while-closed')))
    .toBe(true)
  const shown = app.electron.waitForEvent('window')
  const recent = await find(icon, /\/while-closed/)
  const open = recent.children.find((entry) => entry.label === 'Open')
  await panel.click(icon, open?.id ?? -1)
  const again = await shown
  await expect(again.getByRole('tab', { name: 'Body' })).toBeVisible()
  await expect(requestRows(again).filter({ hasText: '/while-closed' })).toHaveAttribute('aria-selected', 'true')
  await target.close()
})

test('51 a window that opens again shows what came while there was none, and what becomes of it from then on', async ({
  startApp,
}) => {
  const target = await startLocalTarget()
  const app = await startApp()
  const page = await app.page()
  const url = await inputUrl(page)
  await useTargets(page, [target.url])
  const icon = await iconOf(app)
  await panel.click(icon, (await find(icon, FORWARDING)).id)
  await expect.poll(async () => (await look(icon, FORWARDING))?.checked).toBe(false)
  await page.close()

  await post(`${url}/unseen`, 'x')
  await find(icon, /^Forwarding \(1 held\)$/)
  const opening = app.electron.waitForEvent('window')
  await panel.click(icon, (await find(icon, /^Open Creel$/)).id)
  const row = requestRows(await opening).filter({ hasText: '/unseen' })
  await expect(row.getByText('held')).toBeVisible()
  await panel.click(icon, (await find(icon, FORWARDING)).id)
  await expect(row.getByText('200', { exact: true })).toBeVisible()
  await target.close()
})

test('the first close says once that Creel goes on in the tray', async ({ startApp }) => {
  const server = await openNotificationServer()
  const app = await startApp()
  const close = async (): Promise<void> => {
    const page = await app.page()
    await inputUrl(page)
    const closed = page.waitForEvent('close')
    await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
    await closed
  }
  await close()
  const notice = { title: 'Creel keeps receiving in the tray', body: 'Quit from its menu.' }
  await expect.poll(() => server.notices).toEqual([notice])
  const icon = await iconOf(app)
  const shown = app.electron.waitForEvent('window')
  await panel.click(icon, (await find(icon, /^Open Creel$/)).id)
  await (await shown).getByRole('switch', { name: 'Forwarding' }).waitFor()
  await close()
  // The menu is drawn after the close: whatever the close told is told by then.
  await find(icon, /^Quit Creel$/)
  expect(server.notices).toEqual([notice])
  await server.close()
})

test('Quit in the tray ends the app', async ({ startApp }) => {
  const app = await startApp()
  await inputUrl(await app.page())
  const icon = await iconOf(app)
  const ended = new Promise<number | null>((resolve) => app.electron.process().once('exit', resolve))
  const quit = await find(icon, /^Quit Creel$/)
  // It may be gone before it answers that it was clicked.
  await Promise.all([panel.click(icon, quit.id).catch(() => undefined), ended])
  expect(await ended).toBe(0)
})
