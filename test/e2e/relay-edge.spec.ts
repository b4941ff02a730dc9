import { createHmac } from 'node:crypto'
import { ASK_PREFIX } from '../../protocol/ipc.ts'
import { expect, test } from '../helpers/creel-app.ts'
import { startLocalTarget } from '../helpers/local-target.ts'
import { post } from '../helpers/post.ts'
import { startStandaloneRelay } from '../helpers/standalone-relay.ts'
import { ask, inputUrl, requestRows } from '../helpers/window.ts'

const CHECK = '{"token":"t","type":"url_verification","challenge":"3eZbrw1aBm2rZgRNFdxV2595"}'

test('58 what an input does not take is counted and shown with its reason, and what it answered by itself with the answer', async ({
  startApp,
}) => {
  const secrets = [{ name: 'current', secret: 'the-secret-of-slack' }]
  const relay = await startStandaloneRelay({
    inputSettings: {
      authentication: { methods: ['POST'], signature: { scheme: 'github', secrets } },
      handshakes: [{ sender: 'slack' }],
    },
  })
  const target = await startLocalTarget()
  const app = await startApp()
  const page = await app.page()
  await inputUrl(page)
  const made = await ask(page, 'targets:add', { url: target.url })
  await ask(page, 'sources:add', {
    name: 'Ledger',
    relayUrl: relay.url,
    token: relay.token,
    buckets: [],
    targets: [made.id],
  })

  const json = ['Content-Type', 'application/json']
  expect(await post(`${relay.inputUrl}/slack`, CHECK, { headers: json })).toEqual({
    status: 200,
    body: '3eZbrw1aBm2rZgRNFdxV2595',
  })
  const wrong = ['X-GitHub-Event', 'push', 'X-Hub-Signature-256', `sha256=${'0'.repeat(64)}`]
  expect((await post(relay.inputUrl, '{}', { headers: [...json, ...wrong] })).status).toBe(401)

  const rejected = requestRows(page).filter({ hasText: 'Rejected, 401' })
  await expect(rejected).toContainText('GitHub signature does not match the secret')
  await rejected.click()
  const detail = page.getByRole('region', { name: 'Request', exact: true })
  await expect(detail.getByRole('heading', { name: 'Rejected, 401' })).toBeVisible()
  await expect(detail).toContainText('GitHub signature does not match the secret.')

  const check = requestRows(page).filter({ hasText: '/slack' })
  await expect(check).toContainText('200')
  await expect(check).toContainText('the relay')
  await check.click()
  const sender = detail.getByRole('button', { name: /^Sender got\s*200, a check/ })
  await sender.click()
  const answer = page.getByRole('dialog', { name: 'Answer of the relay' })
  await expect(answer).toContainText('Slack asked whether this address is yours.')
  await expect(answer).toContainText('3eZbrw1aBm2rZgRNFdxV2595')
  await expect(answer).toContainText('nosniff')
  expect(target.received).toEqual([])
  await app.quit()
  await target.close()
  await relay.stop()
})

test("39 the secret that came with Notion's check is kept with one press, and verifies what Notion sends from then on", async ({
  startApp,
}) => {
  const relay = await startStandaloneRelay({ inputSettings: { handshakes: [{ sender: 'notion' }] } })
  const page = await (await startApp()).page()
  await inputUrl(page)
  const { url: relayUrl, token } = relay
  await ask(page, 'sources:add', { name: 'Wiki', relayUrl, token, buckets: [], targets: [] })
  const json = ['Content-Type', 'application/json']
  const secret = 'secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl'
  await post(`${relay.inputUrl}/check`, JSON.stringify({ verification_token: secret }), { headers: json })
  await requestRows(page).filter({ hasText: '/check' }).click()
  const detail = page.getByRole('region', { name: 'Request', exact: true })
  await detail.getByRole('button', { name: /^Sender got/ }).click()
  const answer = page.getByRole('dialog', { name: 'Answer of the relay' })
  await answer.getByRole('button', { name: 'Use as secret for this source' }).click()
  await expect(answer.getByRole('status')).toContainText(/^Kept as the secret "from the handshake of .*" of Notion\.$/)
  await page.keyboard.press('Escape')
  const told = [await ask(page, 'secrets:list-signing', {}), await ask(page, 'app:snapshot', {})]
  expect(told[0]).toMatchObject([{ scheme: 'notion', name: expect.stringMatching(/^from the handshake of /) }])
  expect(JSON.stringify(told)).not.toContain(secret)

  const event = '{"type":"page.created"}'
  const signature = createHmac('sha256', secret).update(event).digest('hex')
  await post(`${relay.inputUrl}/event`, event, { headers: [...json, 'X-Notion-Signature', `sha256=${signature}`] })
  await requestRows(page).filter({ hasText: '/event' }).click()
  await expect(detail.getByRole('button', { name: /^Signature/ })).toContainText('Verified')
  await relay.stop()
})

test('39 where it cannot be looked up whether a secret came with a check, that is said, and tried again with one press', async ({
  startApp,
}) => {
  const relay = await startStandaloneRelay({ inputSettings: { handshakes: [{ sender: 'notion' }] } })
  const app = await startApp()
  const page = await app.page()
  await inputUrl(page)
  const { url: relayUrl, token } = relay
  await ask(page, 'sources:add', { name: 'Wiki', relayUrl, token, buckets: [], targets: [] })
  await post(`${relay.inputUrl}/check`, JSON.stringify({ verification_token: 'secret_tMrlL1qK5vuQAh1b6cZGh' }), {
    headers: ['Content-Type', 'application/json'],
  })
  await requestRows(page).filter({ hasText: '/check' }).click()
  // The file cannot be made to fail for this one question alone.
  await app.electron.evaluate(({ ipcMain }, channel) => {
    ipcMain.removeHandler(channel)
    const error = { code: 'history-unavailable', message: 'The history is not there.', fix: 'It starts again soon.' }
    ipcMain.handle(channel, () => ({ ok: false, error }))
  }, `${ASK_PREFIX}secrets:in-handshake`)
  const detail = page.getByRole('region', { name: 'Request', exact: true })
  await detail.getByRole('button', { name: /^Sender got/ }).click()
  const answer = page.getByRole('dialog', { name: 'Answer of the relay' })
  const failure = 'could not be looked up. The history is not there. It starts again soon.'
  await expect(answer.getByRole('alert')).toContainText(failure)

  await app.electron.evaluate(({ ipcMain }, channel) => {
    ipcMain.removeHandler(channel)
    const secret = { scheme: 'notion', schemeName: 'Notion', keptAs: null }
    ipcMain.handle(channel, () => ({ ok: true, value: secret }))
  }, `${ASK_PREFIX}secrets:in-handshake`)
  await answer.getByRole('button', { name: 'Try again' }).click()
  await expect(answer.getByRole('button', { name: 'Use as secret for this source' })).toBeVisible()
  await expect(answer.getByRole('alert')).toHaveCount(0)
  await relay.stop()
})
