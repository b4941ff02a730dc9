import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect, test } from '../helpers/creel-app.ts'
import { post } from '../helpers/post.ts'
import { startStandaloneRelay } from '../helpers/standalone-relay.ts'
import { ask, inputUrl, requestRows } from '../helpers/window.ts'

test('5 the relay answers as configured whether or not the app is there, and the app catches up', async ({
  startApp,
}) => {
  const relay = await startStandaloneRelay({
    inputSettings: {
      response: { kind: 'static', status: 202, headers: [['content-type', 'text/plain']], body: 'taken' },
    },
  })
  const first = await startApp()
  const page = await first.page()
  await inputUrl(page)
  const source = await ask(page, 'sources:add', {
    name: 'Ledger',
    relayUrl: relay.url,
    token: relay.token,
    buckets: [],
    targets: [],
  })
  expect(source.name).toBe('Ledger')
  expect(await post(`${relay.inputUrl}/there`, 'one')).toEqual({ status: 202, body: 'taken' })
  await expect(requestRows(page).filter({ hasText: '/there' })).toBeVisible()
  await first.quit()
  expect(await post(`${relay.inputUrl}/away`, 'two')).toEqual({ status: 202, body: 'taken' })
  const second = await startApp({ userData: first.userData })
  const later = await second.page()
  await expect(requestRows(later).filter({ hasText: '/away' })).toBeVisible()
  await expect(requestRows(later).filter({ hasText: '/there' })).toHaveCount(1)
  await second.quit()
  await relay.stop()
})

test('8 a relay that takes the connection and says nothing is never called connected', async ({ startApp }) => {
  const relay = await startStandaloneRelay()
  const mute = createServer((socket) => socket.on('error', () => undefined).resume())
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
  const { port } = mute.address() as AddressInfo
  const app = await startApp()
  const page = await app.page()
  await inputUrl(page)
  const bar = page.getByRole('contentinfo')
  await expect(bar.getByText(/Connected, verified .* ago/)).toBeVisible()
  await ask(page, 'sources:add', {
    name: 'Mute',
    relayUrl: `http://127.0.0.1:${port}`,
    token: relay.token,
    buckets: [],
    targets: [],
  })
  await expect
    .poll(async () => {
      const { sources, sourceStatuses } = await ask(page, 'app:snapshot', {})
      const id = sources.find(({ name }) => name === 'Mute')?.id
      return sourceStatuses.find((status) => status.id === id)?.connection.state
    })
    .toBe('connecting')
  await expect(bar.getByText(/^Connected, verified/)).toBeHidden()
  await app.quit()
  await new Promise<void>((resolve) => {
    mute.close(() => resolve())
  })
  await relay.stop()
})

test('9 a wrong token gets a plain sentence and a fix, and no endless retry; so does one that is revoked', async ({
  startApp,
}) => {
  const relay = await startStandaloneRelay()
  const app = await startApp()
  const page = await app.page()
  await inputUrl(page)
  const wrong = { key: relay.token.key, secret: `crs_${'A'.repeat(43)}` }
  await ask(page, 'sources:add', { name: 'Ledger', relayUrl: relay.url, token: wrong, buckets: [], targets: [] })
  await page.getByRole('navigation').getByText('Ledger').click()
  await expect(page.getByRole('heading', { name: 'The relay refused this token' })).toBeVisible()
  await expect(page.getByText('Creel has stopped trying.', { exact: false })).toBeVisible()
  await page.getByLabel('Token', { exact: false }).first().fill(`${relay.token.key}:${relay.token.secret}`)
  await page.getByRole('button', { name: /Save|Connect/ }).click()
  await expect.poll(() => connectionOf('Ledger')).toBe('connected')
  await relay.revoke()
  await expect.poll(() => connectionOf('Ledger')).toBe('refused')
  await expect(page.getByText(/revoked/).first()).toBeVisible()

  async function connectionOf(name: string): Promise<string | undefined> {
    const { sources, sourceStatuses } = await ask(page, 'app:snapshot', {})
    const id = sources.find((source) => source.name === name)?.id
    return sourceStatuses.find((status) => status.id === id)?.connection.state
  }
  await app.quit()
  await relay.stop()
})

test('8 a relay that goes away is told with a countdown, and what was posted meanwhile comes by itself', async ({
  startApp,
}) => {
  const relay = await startStandaloneRelay()
  const page = await (await startApp()).page()
  await inputUrl(page)
  const added = await ask(page, 'sources:add', {
    name: 'Ledger',
    relayUrl: relay.url,
    token: relay.token,
    buckets: [],
    targets: [],
  })
  const state = async () => {
    const { sourceStatuses } = await ask(page, 'app:snapshot', {})
    return sourceStatuses.find(({ id }) => id === added.id)?.connection.state
  }
  await expect.poll(state).toBe('connected')
  await post(`${relay.inputUrl}/before`, 'x')
  await expect(requestRows(page).filter({ hasText: '/before' })).toBeVisible()
  await relay.relay.stop()
  await expect.poll(state).toBe('waiting')
  await expect(page.getByText(new RegExp(`No answer from ${new URL(relay.url).host}`)).first()).toBeVisible()
  await relay.restart()
  await post(`${relay.inputUrl}/meanwhile`, 'x')
  await page.getByRole('button', { name: 'Retry now' }).click()
  await expect.poll(state).toBe('connected')
  await expect(requestRows(page).filter({ hasText: '/meanwhile' })).toBeVisible()
  await relay.stop()
})
