import type { Locator, Page } from '@playwright/test'
import { createHmac } from 'node:crypto'
import Stripe from 'stripe'
import { openCamera } from '../helpers/camera.ts'
import { draft, edit } from '../helpers/composer.ts'
import { expect, test } from '../helpers/creel-app.ts'
import { post } from '../helpers/post.ts'
import { ask, inputUrl, requestRows, useTargets } from '../helpers/window.ts'

const SECRET = 'whsec_of_the_stripe_test_account'
const SHOP_SECRET = 'shpss_of_the_shop'
const stripe = new Stripe('sk_test_nothing')

test('signatures: verified, failed, asked for, listed, and tokens decoded in place', async ({ startApp }) => {
  test.setTimeout(120_000)
  const app = await startApp()
  const page = await app.page()
  const input = await inputUrl(page)
  const camera = await openCamera(app)
  const { sources } = await ask(page, 'app:snapshot', {})
  const sourceId = sources[0]?.id ?? null
  await postAll(input)
  await expect(requestRows(page)).toHaveCount(18)
  await ask(page, 'secrets:set-signing', {
    scheme: 'stripe',
    secret: 'whsec_before',
    sourceId,
    name: 'before 14 August',
  })
  await ask(page, 'secrets:set-signing', { scheme: 'stripe', secret: 'whsec_other', sourceId, name: 'staging' })
  await ask(page, 'secrets:set-signing', { scheme: 'stripe', secret: SECRET, sourceId, name: 'stripe test' })
  await ask(page, 'secrets:set-signing', { scheme: 'github', secret: SECRET, name: 'GitHub ledger' })

  await open(page, 'charge.refunded', 'Headers')
  await expect(page.getByText('Verified with the secret "stripe test"')).toBeVisible()
  await camera.shoot('03-headers-verified-stripe')
  await open(page, 'payment_failed', 'Headers')
  await expect(page.getByText('Signature does not match')).toBeVisible()
  await camera.shoot('04-headers-failed-body')
  await open(page, '/state', 'Headers')
  await expect(page.getByRole('group', { name: 'Decoded' })).toHaveCount(2)
  await camera.shoot('32-jwt')
  await open(page, '/products/update', 'Body')
  await page.getByRole('button', { name: /^Signature/ }).click()
  await page.getByLabel('API secret key').fill(SHOP_SECRET)
  await expect(page.getByText('Verifies this request, and 3 of the last 3')).toBeVisible()
  await camera.shoot('37-add-secret-verifies')
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: /^Signature/ }).click()
  await page.getByRole('button', { name: 'All signature settings' }).click()
  await expect(page.getByText('11 of the last 12')).toBeVisible()
  await camera.shoot('31-signatures')
  await page.getByRole('button', { name: 'Add a secret' }).click()
  await page.getByLabel('Sender').selectOption({ label: 'Stripe' })
  await page.getByLabel('Signing secret').fill(SECRET)
  await expect(page.getByText('Verifies 11 of the last 12')).toBeVisible()
  await camera.shoot('31-signatures-add')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'New scheme' }).click()
  await page.getByLabel('Signature header').fill('X Harbor')
  await page.getByLabel('What is signed').fill('{ts}.{body}')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByLabel('Signature header').scrollIntoViewIfNeeded()
  await camera.shoot('31-signatures-scheme')
})

test('signatures: a key pair of this computer where the sender alone can sign', async ({ startApp }) => {
  const app = await startApp()
  const page = await app.page()
  const camera = await openCamera(app)
  const message = {
    Type: 'Notification',
    MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
    TopicArn: 'arn:aws:sns:us-east-1:123456789012:orders',
    Message: 'Order 4711 was paid',
    SignatureVersion: '2',
    Signature: 'b2xk',
    SigningCertURL: 'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem',
  }
  await post(`${await inputUrl(page)}/sns`, JSON.stringify(message, null, 2), {
    headers: ['Content-Type', 'text/plain; charset=UTF-8', 'x-amz-sns-message-type', 'Notification'],
  })
  await expect(requestRows(page)).toHaveCount(1)
  await useTargets(page, ['http://localhost:4242'])
  await edit(page, '/sns')
  await draft(page).getByText('Signed anew', { exact: true }).click()
  await camera.shoot('06-composer-test-key')
  await draft(page).getByRole('button', { name: 'test key', exact: true }).click()
  await expect(page.getByRole('dialog', { name: 'Test key for Amazon SNS' })).toBeVisible()
  await camera.shoot('06-composer-test-key-open')
})

async function open(page: Page, text: string, tab: string): Promise<void> {
  const row: Locator = requestRows(page).filter({ hasText: text }).first()
  await row.click()
  await expect(row).toHaveAttribute('aria-selected', 'true')
  await page.getByRole('tab', { name: new RegExp(`^${tab}`) }).click()
  await page.mouse.move(640, 795)
}

async function postAll(input: string): Promise<void> {
  const json = ['Content-Type', 'application/json; charset=utf-8']
  const at = Math.floor(Date.now() / 1000)
  const signed = (payload: string) => [
    'Stripe-Signature',
    stripe.webhooks.generateTestHeaderString({ payload, secret: SECRET, timestamp: at }),
  ]
  for (let n = 0; n < 11; n += 1) {
    const type = n === 10 ? 'charge.refunded' : 'invoice.paid'
    const event = JSON.stringify({ id: `evt_${n}`, object: 'event', type, data: { object: { amount_due: 11_800 } } })
    await post(`${input}/stripe`, event, { headers: [...json, ...signed(event), 'Accept', '*/*; q=0.5'] })
  }
  const failed = { id: 'evt_f', object: 'event', type: 'invoice.payment_failed', data: { object: { attempts: 3 } } }
  await post(`${input}/stripe`, JSON.stringify(failed, null, 2), {
    headers: [...json, 'User-Agent', 'Stripe/1.0', ...signed(JSON.stringify(failed)), 'Via', '1.1 corp-egress-02'],
  })
  const again = JSON.stringify({ id: 'evt_9', object: 'event', type: 'invoice.paid', data: { object: {} } })
  await post(`${input}/stripe`, again, { headers: [...json, ...signed(again)] })
  for (let n = 0; n < 3; n += 1) {
    const product = JSON.stringify({ id: 9_000_000 + n, title: 'Winter wool', tags: 'winter, wool' })
    const hmac = createHmac('sha256', SHOP_SECRET).update(product).digest('base64')
    const lines = ['X-Shopify-Topic', 'products/update', 'X-Shopify-Webhook-Id', `w${n}`, 'X-Shopify-Hmac-Sha256', hmac]
    await post(`${input}/shopify/products/update`, product, { headers: [...json, ...lines] })
  }
  await post(`${input}/github`, '{"zen":"Keep it logically awesome."}', {
    headers: [...json, 'X-GitHub-Event', 'ping', 'X-Hub-Signature-256', `sha256=${'0'.repeat(64)}`],
  })
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = {
    iss: 'https://id.harborline.example',
    sub: 'device|7c41',
    scope: 'state:write',
    iat: at - 1809,
    exp: at - 9,
  }
  const token = `${part({ alg: 'RS256', kid: '2026-07', typ: 'JWT' })}.${part(claims)}.${'c2ln'.repeat(20)}`
  const basic = `Basic ${Buffer.from('gateway:of-the-proxy').toString('base64')}`
  await post(`${input}/devices/7c41/state`, '', {
    method: 'GET',
    headers: ['Authorization', `Bearer ${token}`, 'Cookie', 'sid=abc; theme=dark', 'Proxy-Authorization', basic],
  })
}
