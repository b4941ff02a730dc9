import { verify, X509Certificate } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { Page } from '@playwright/test'
import { draft, edit, editor, goBeforeEnd, headerOf } from '../helpers/composer.ts'
import { expect, test, type CreelApp } from '../helpers/creel-app.ts'
import { startLocalTarget } from '../helpers/local-target.ts'
import { post } from '../helpers/post.ts'
import { inputUrl, requestRows, useTargets } from '../helpers/window.ts'

// What a sender signs with a key that it alone has, and whose receivers read the public key from a certificate.

async function send(page: Page, path: string, lines: readonly string[], body: string): Promise<void> {
  const headers = [
    'Content-Type',
    'text/plain; charset=UTF-8',
    ...lines,
    'Content-Length',
    `${Buffer.byteLength(body)}`,
  ]
  await post((await inputUrl(page)) + path, body, { headers })
  await expect(requestRows(page)).toHaveCount(1)
}

async function copied(app: CreelApp, page: Page, button: string): Promise<string> {
  const read = () => app.electron.evaluate(({ clipboard }) => clipboard.readText())
  await app.electron.evaluate(({ clipboard }) => clipboard.clear())
  await expect(async () => {
    await page.getByRole('button', { name: button }).first().click()
    expect(await read()).not.toBe('')
  }).toPass()
  return read()
}

test('29 a message of Amazon SNS is signed anew within its body, and holds with the certificate that the composer gives', async ({
  startApp,
}) => {
  const message = (words: string, signature: string) =>
    `{\n  "Type" : "Notification",\n  "MessageId" : "22b80b92",\n  "TopicArn" : "arn:aws:sns:us-east-1:1:orders",\n  "SignatureVersion" : "2",\n  "Signature" : "${signature}",\n` +
    `  "SigningCertURL" : "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem",\n  "Message" : "${words}"\n}`
  const target = await startLocalTarget()
  const app = await startApp()
  const page = await app.page()
  await send(page, '/sns', ['x-amz-sns-message-type', 'Notification'], message('one', 'b2xk'))
  await useTargets(page, [target.url])
  await edit(page, '/sns')
  await draft(page).getByText('Signed anew', { exact: true }).click()
  const certificate = await copied(app, page, 'Copy certificate')
  await draft(page).getByRole('button', { name: 'test key', exact: true }).click()
  const more = page.getByRole('dialog', { name: 'Test key for Amazon SNS' })
  await expect(more).toContainText('from Amazon SNS’s own host only')
  await expect(more.getByLabel('Certificate', { exact: true })).toHaveText(certificate.trim())
  await expect(more.getByLabel('Public key', { exact: true })).toContainText('-----BEGIN PUBLIC KEY-----')
  await page.keyboard.press('Escape')

  await editor(page).click()
  await goBeforeEnd(page)
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.type(' and two')
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect.poll(() => target.received.length).toBe(1)
  const body = target.received[0]?.body.toString() ?? ''
  const [, signature = ''] = /"Signature" : "([^"]*)"/.exec(body) ?? []
  expect(body, 'no other byte is touched').toBe(message('one and two', signature))
  const signed =
    'Message\none and two\nMessageId\n22b80b92\nTopicArn\narn:aws:sns:us-east-1:1:orders\nType\nNotification\n'
  const { publicKey } = new X509Certificate(certificate)
  expect(verify('sha256', Buffer.from(signed), publicKey, Buffer.from(signature, 'base64'))).toBe(true)
  await target.close()
})

test('29 an event of PayPal needs the id of its webhook, and is then signed anew with a certificate to copy', async ({
  startApp,
}) => {
  const target = await startLocalTarget()
  const app = await startApp()
  const page = await app.page()
  const url = 'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1'
  const old = ['PAYPAL-TRANSMISSION-ID', '69cd13f0', 'PAYPAL-TRANSMISSION-TIME', '2016-02-18T20:01:35Z']
  const lines = [...old, 'PAYPAL-TRANSMISSION-SIG', 'b2xk', 'PAYPAL-CERT-URL', url]
  await send(page, '/paypal', lines, '{"event_type":"PAYMENT.SALE.COMPLETED"}')
  await useTargets(page, [target.url])
  await edit(page, '/paypal')
  await expect(draft(page).getByRole('radio', { name: 'Signed anew' })).toBeDisabled()
  await draft(page).getByRole('button', { name: 'Add the webhook id' }).click()
  await page.getByRole('textbox', { name: 'Webhook id' }).fill('WH-1')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(draft(page).getByRole('radio', { name: 'Signed anew' })).toBeChecked()
  const certificate = await copied(app, page, 'Copy certificate')
  await goBeforeEnd(page)
  await page.keyboard.type(',"edited":1')
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect.poll(() => target.received.length).toBe(1)
  const [received] = target.received
  const line = (name: string) => headerOf(received, name) ?? ''
  expect([line('paypal-transmission-id'), line('paypal-cert-url')]).toEqual(['69cd13f0', url])
  expect(Math.abs(Date.parse(line('paypal-transmission-time')) - Date.now())).toBeLessThan(120_000)
  const signed = `69cd13f0|${line('paypal-transmission-time')}|WH-1|${crc32(received?.body ?? '')}`
  const { publicKey } = new X509Certificate(certificate)
  const signature = Buffer.from(line('paypal-transmission-sig'), 'base64')
  expect(verify('sha256', Buffer.from(signed), publicKey, signature)).toBe(true)
  await target.close()
})
