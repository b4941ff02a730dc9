import { type CreelApp, expect, test } from '../helpers/creel-app.ts'
import { startLocalTarget, type LocalTarget } from '../helpers/local-target.ts'
import { openNotificationServer, type NotificationServer } from '../helpers/notifications.ts'
import { post } from '../helpers/post.ts'
import { startSessionBus, type SessionBus } from '../helpers/session-bus.ts'
import { ask, inputUrl, requestRows, useTargets } from '../helpers/window.ts'

// The address of the bus is the process's: one test at a time.
test.describe.configure({ mode: 'serial' })

let bus: SessionBus
let server: NotificationServer
const before = process.env['DBUS_SESSION_BUS_ADDRESS']

test.beforeEach(async () => {
  bus = await startSessionBus()
  server = await openNotificationServer(bus.address)
  process.env['DBUS_SESSION_BUS_ADDRESS'] = bus.address
})
test.afterEach(async () => {
  if (before === undefined) delete process.env['DBUS_SESSION_BUS_ADDRESS']
  else process.env['DBUS_SESSION_BUS_ADDRESS'] = before
  await server.close()
  await bus.stop()
})

/** A target that answers with the status that its caller sets. */
async function startTarget(): Promise<LocalTarget & { status: number }> {
  const answers = { status: 200 }
  const target = await startLocalTarget({ answer: (_request, response) => response.writeHead(answers.status).end() })
  return Object.assign(answers, target)
}

function postPush(url: string): Promise<unknown> {
  const headers = ['host', new URL(url).host, 'x-github-event', 'push', 'x-github-delivery', '1']
  return post(url, 'x', { headers })
}

async function setFocus(app: CreelApp, focused: boolean): Promise<void> {
  const isFocused = (): Promise<boolean | undefined> =>
    app.electron.evaluate(({ BrowserWindow }, wanted) => {
      const window = BrowserWindow.getAllWindows()[0]
      if (wanted) window?.focus()
      else window?.blur()
      return window?.isFocused()
    }, focused)
  await expect.poll(isFocused).toBe(focused)
}

test('52 a failing delivery is told of while nobody looks, once a burst, and a click opens its request', async ({
  startApp,
}) => {
  const target = await startTarget()
  const app = await startApp()
  const page = await app.page()
  const url = await inputUrl(page)
  await useTargets(page, [target.url])
  const { host } = new URL(target.url)

  await setFocus(app, true)
  target.status = 500
  await post(`${url}/seen`, 'x')
  await expect(requestRows(page).filter({ hasText: '/seen' }).getByText('500')).toBeVisible()
  await setFocus(app, false)
  await postPush(`${url}/first`)
  await expect.poll(() => server.notices).toHaveLength(1)
  expect(server.notices[0]).toEqual({ title: `${host} answered 500`, body: 'GitHub push, This computer' })

  for (const name of ['second', 'third', 'fourth']) await post(`${url}/${name}`, 'x')
  await expect.poll(() => target.received.length).toBe(5)
  // After it answered well a failure is news again: had one of the burst been told, there were more than two.
  target.status = 200
  await post(`${url}/well`, 'x')
  await expect(requestRows(page).filter({ hasText: '/well' }).getByText('200')).toBeVisible()
  target.status = 503
  await post(`${url}/again`, 'x')
  await expect.poll(() => server.notices).toHaveLength(2)
  expect(server.notices[1]).toEqual({ title: `${host} answered 503`, body: 'POST /again, This computer' })

  server.click(0)
  await expect(page.getByRole('row', { selected: true })).toContainText('push')
  await target.close()
})

test('52 nobody listening is told of as well, and the click brings back a window that was closed', async ({
  startApp,
}) => {
  const target = await startTarget()
  const app = await startApp()
  const page = await app.page()
  const url = await inputUrl(page)
  await useTargets(page, [target.url])
  await target.close()
  await ask(page, 'app:save-settings', { trayNoticeShown: true })
  const closed = page.waitForEvent('close')
  await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  await closed
  await post(`${url}/lost`, 'x')
  await expect.poll(() => server.notices).toHaveLength(1)
  const { host } = new URL(target.url)
  expect(server.notices[0]).toEqual({
    title: `Nothing is listening on ${host}`,
    body: 'POST /lost, This computer. It waits, in order.',
  })
  const opened = app.electron.waitForEvent('window')
  server.click(0)
  await expect((await opened).getByRole('row', { selected: true })).toContainText('/lost')
})

test('52 what is muted, a source without notifications, and the switch for all of them keep quiet; new requests are told where asked for', async ({
  startApp,
}) => {
  const target = await startTarget()
  target.status = 500
  const app = await startApp()
  const page = await app.page()
  const url = await inputUrl(page)
  await useTargets(page, [target.url])
  const { sources } = await ask(page, 'app:snapshot', {})
  const sourceId = sources[0]?.id ?? (0 as never)
  // A window that is just shown gets its focus in a moment: taken away before, it would come all the same.
  await setFocus(app, true)
  await setFocus(app, false)
  const failed = (path: string) => expect(requestRows(page).filter({ hasText: path }).getByText('500')).toBeVisible()

  await ask(page, 'app:save-settings', { mutes: [{ provider: 'github', event: null }] })
  await postPush(`${url}/muted`)
  await failed('/muted')
  await ask(page, 'app:save-settings', { mutes: [], sourceNotices: [{ sourceId, failures: false, news: false }] })
  await post(`${url}/quiet-source`, 'x')
  await failed('/quiet-source')
  await ask(page, 'app:save-settings', { sourceNotices: [], notices: false })
  await post(`${url}/all-off`, 'x')
  await failed('/all-off')
  expect(server.notices).toEqual([])

  target.status = 200
  const wishes = { notices: true, sourceNotices: [{ sourceId, failures: true, news: true }] }
  await ask(page, 'app:save-settings', wishes)
  await post(`${url}/news`, 'x')
  await expect.poll(() => server.notices).toHaveLength(1)
  expect(server.notices[0]).toEqual({ title: 'New request, This computer', body: 'POST /news, This computer' })
  await target.close()
})
