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
