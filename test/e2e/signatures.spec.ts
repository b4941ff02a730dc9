import { createHmac } from 'node:crypto'
import { verifyKey } from 'discord-interactions'
import type { Page } from '@playwright/test'
import { draft, edit, editor, goBeforeEnd, headerOf, response } from '../helpers/composer.ts'
import { expect, test } from '../helpers/creel-app.ts'
import { startLocalTarget } from '../helpers/local-target.ts'
import { post } from '../helpers/post.ts'
import { BODY, hmac, SECRET, senders, stripe, STRIPE_SECRET } from '../helpers/signing-senders.ts'
import { ask, inputUrl, requestRows, useTargets } from '../helpers/window.ts'

const badge = (page: Page) => page.getByRole('button', { name: /^Signature/ })
const row = (page: Page, path: string) => requestRows(page).filter({ hasText: path })

async function send(page: Page, path: string, lines: readonly string[], body = BODY): Promise<void> {
  const before = await requestRows(page).count()
  await post((await inputUrl(page)) + path, body, {
    headers: ['Content-Type', 'application/json', ...lines, 'Content-Length', String(Buffer.byteLength(body))],
  })
  await expect(requestRows(page)).toHaveCount(before + 1)
}

/** Adds a field before the last character of the body, and sends it once it is to be signed anew. */
async function editAndSend(page: Page, text: string): Promise<void> {
  await editor(page).click()
  await goBeforeEnd(page)
  await page.keyboard.type(text)
  await expect(draft(page).getByRole('radio', { name: 'Signed anew' })).toBeChecked()
  await page.keyboard.press('ControlOrMeta+Enter')
}

for (const { scheme, name, path, secret, lines, accepts } of senders) {
  test(`29 an event of ${name} of yesterday, edited and signed anew, is accepted by its receiver, and with its original signature refused`, async ({
    startApp,
  }) => {
    const verdicts: Promise<boolean>[] = []
    const target = await startLocalTarget({
      answer: (request, answer) => {
        verdicts.push(accepts(request))
        answer.end()
      },
    })
    const page = await (await startApp()).page()
    await ask(page, 'secrets:set-signing', { scheme, secret, name: 'staging' })
    await send(page, path, lines())
    await useTargets(page, [target.url])
    await edit(page, path)
    await editAndSend(page, ',"edited":1')
    await expect.poll(() => verdicts.length).toBe(1)
    await draft(page).getByText('Original', { exact: true }).click()
    await page.keyboard.press('ControlOrMeta+Enter')
    await expect.poll(() => verdicts.length).toBe(2)
    expect(await Promise.all(verdicts)).toEqual([true, false])
    expect(target.received[0]?.body.toString()).toBe(BODY.replace(/\}$/, ',"edited":1}'))
    await expect(response(page).getByRole('option')).toHaveCount(2)
    await target.close()
  })
}

test('29 an old event is resent signed anew from its menu, and says what to do where no secret is set', async ({
  startApp,
}) => {
  const [first] = senders
  if (first === undefined) throw new Error('There is no sender.')
  const verdicts: Promise<boolean>[] = []
  const target = await startLocalTarget({
    answer: (request, answer) => {
      verdicts.push(first.accepts(request))
      answer.end()
    },
  })
  const page = await (await startApp()).page()
  await send(page, first.path, first.lines())
  await useTargets(page, [target.url])
  const resend = async () => {
    await row(page, first.path).last().click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Resend, signed anew' }).click()
  }
  await resend()
  await expect(page.getByText(/is not on this computer, so the request cannot be signed anew/)).toBeVisible()
  expect(verdicts).toEqual([])
  await ask(page, 'secrets:set-signing', { scheme: first.scheme, secret: first.secret, name: 'staging' })
  await resend()
  await expect.poll(() => verdicts.length).toBe(1)
  expect(await Promise.all(verdicts)).toEqual([true])
  expect(target.received[0]?.body.toString()).toBe(BODY)
  await expect(requestRows(page)).toHaveCount(2)
  await target.close()
})

test('29 what its sender alone can sign is signed with a key of this computer, whose public key can be copied', async ({
  startApp,
}) => {
  const target = await startLocalTarget()
  const app = await startApp()
  const page = await app.page()
  await send(page, '/discord', ['X-Signature-Timestamp', '1', 'X-Signature-Ed25519', '0'.repeat(128)])
  await useTargets(page, [target.url])
  await edit(page, '/discord')
  await draft(page).getByText('Signed anew', { exact: true }).click()
  const { publicKey } = await ask(page, 'signatures:test-key', { scheme: 'discord' })
  await expect(async () => {
    await draft(page).getByRole('button', { name: 'Public key' }).click()
    expect(await app.electron.evaluate(({ clipboard }) => clipboard.readText())).toBe(publicKey)
  }).toPass()
  await editAndSend(page, ',"edited":1')
  await expect.poll(() => target.received.length).toBe(1)
  const [received] = target.received
  const line = (header: string) => headerOf(received, header) ?? ''
  const body = received?.body ?? Buffer.alloc(0)
  expect(
    await verifyKey(body, line('x-signature-ed25519'), line('x-signature-timestamp'), publicKey),
    'the public key fits',
  ).toBe(true)
  await target.close()
})

test('39 of several secrets the one that matched is named, and a failure says what can be done about it', async ({
  startApp,
}) => {
  const app = await startApp()
  const page = await app.page()
  const sign = (at: number, secret: string, payload = BODY) => [
    'Stripe-Signature',
    stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: at }),
  ]
  const now = Math.floor(Date.now() / 1000)
  await send(page, '/good', sign(now, STRIPE_SECRET))
  await send(page, '/late', sign(now - 412, STRIPE_SECRET))
  await send(
    page,
    '/minified',
    sign(now, STRIPE_SECRET),
    JSON.stringify(JSON.parse(BODY), null, 2).replace('10', '10.00'),
  )
  await send(page, '/none', [])

  await row(page, '/good').click()
  await badge(page).click()
  const form = page.getByRole('dialog', { name: 'Add the secret of Stripe' })
  const field = form.getByLabel('Signing secret')
  await field.fill('whsec_not_this_one')
  await expect(form.getByText('Verifies none of the last 3')).toBeVisible()
  await expect(field).toHaveAttribute('type', 'password')
  const eye = form.getByRole('button', { name: 'Hold to show the secret' })
  await eye.hover()
  await page.mouse.down()
  await expect(field).toHaveAttribute('type', 'text')
  await page.mouse.up()
  await expect(field).toHaveAttribute('type', 'password')
  await field.fill(STRIPE_SECRET)
  await expect(form.getByText('Verifies this request, and 1 of the last 3')).toBeVisible()
  await expect(form.getByText(/Workbench/)).toBeVisible()
  await form.getByRole('button', { name: 'Save' }).click()
  await expect(badge(page)).toContainText('Verified')

  await ask(page, 'secrets:set-signing', { scheme: 'stripe', secret: 'whsec_of_production', name: 'production' })
  await row(page, '/late').click()
  await expect(badge(page)).toContainText('Failed')
  await expect(badge(page)).toContainText('too old')
  await badge(page).click()
  await expect(page.getByText(/4[12]\d s/).first()).toBeVisible()
  await expect(page.getByText('Secrets tried')).toBeVisible()
  await expect(page.getByText('This computer, production')).toBeVisible()

  await row(page, '/minified').click()
  await expect(badge(page)).toContainText('body changed')
  await expect(page.getByText('Signature does not match')).toBeVisible()
  await expect(page.getByText('Expected', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'As hex' }).click()
  await expect(
    page
      .getByText(/^31 37/)
      .or(page.getByText(/^31 3[0-9] /))
      .first(),
  ).toBeVisible()

  await row(page, '/good').click()
  await expect(page.getByText('Verified with the secret "This computer"')).toBeVisible()
  await row(page, '/none').click()
  await expect(badge(page)).toContainText('None known')

  const told = JSON.stringify([await ask(page, 'secrets:list-signing', {}), await ask(page, 'app:snapshot', {})])
  expect(told).not.toMatch(/whsec_of/)
  expect(await page.content()).not.toMatch(/whsec_of/)
})

test("40 a token's claims and Basic's user stand under their lines, the token's signature and the password hidden", async ({
  startApp,
}) => {
  const page = await (await startApp()).page()
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const expired = Math.floor(Date.now() / 1000) - 3600
  const token = `${part({ alg: 'RS256', kid: '2026-07' })}.${part({ iss: 'https://id.example', sub: 'device|7c41', exp: expired })}.c2lnbmF0dXJlLW9mLWl0`
  const basic = `Basic ${Buffer.from('gateway:pass:word').toString('base64')}`
  await send(page, '/devices', ['Authorization', `Bearer ${token}`, 'Proxy-Authorization', basic])
  await row(page, '/devices').click()
  await page.getByRole('tab', { name: /Headers/ }).click()
  const decoded = page.getByRole('group', { name: 'Decoded' })
  await expect(decoded).toHaveCount(2)
  await expect(decoded.first()).toContainText('device|7c41')
  await expect(decoded.first()).toContainText('2026-07')
  await expect(decoded.first()).toContainText(/expired 1 h|expired 60 min/)
  await expect(decoded.last()).toContainText('gateway')
  const headers = page.getByRole('list', { name: 'Headers' })
  await expect(headers).not.toContainText(/c2lnbmF0|pass:word/)
  await decoded.last().getByRole('button', { name: 'Hold to show the password' }).hover()
  await page.mouse.down()
  await expect(decoded.last()).toContainText('pass:word')
  await page.mouse.up()
  await expect(decoded.last()).not.toContainText('pass:word')

  const unsigned = `${part({ alg: 'HS256' })}.${part({ sub: 'me' })}`
  const signature = createHmac('sha256', SECRET).update(unsigned).digest('base64url')
  await send(page, '/hs256', ['Authorization', `Bearer ${unsigned}.${signature}`])
  await row(page, '/hs256').click()
  // The request before has two.
  await expect(decoded).toHaveCount(1)
  await expect(decoded).toContainText('not checked, no secret set')
  await decoded.getByRole('button', { name: 'Add the secret' }).click()
  await page.getByLabel('Shared secret').fill(SECRET)
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(decoded).toContainText('Signatureverified')
  await expect(badge(page)).toContainText('Verified')
})

test('43 sender and event stand in the list, and what was sent before is marked and stays', async ({ startApp }) => {
  const target = await startLocalTarget()
  const page = await (await startApp()).page()
  await inputUrl(page)
  await useTargets(page, [target.url])
  const github = ['X-GitHub-Event', 'issues', 'X-GitHub-Delivery', 'd-1']
  await send(page, '/github', github, '{"action":"opened"}')
  await send(page, '/stripe', ['Stripe-Signature', 't=1,v1=00'])
  await send(page, '/again', github, '{"action":"opened"}')
  await send(page, '/slack', ['X-Slack-Signature', 'v0=00', 'X-Slack-Retry-Num', '2'], '{"type":"event_callback"}')
  await expect(row(page, '/github').locator('[title="GitHub · issues opened"]')).toHaveText(/issues opened/)
  await expect(row(page, '/stripe').locator('[title="Stripe · invoice.paid"]')).toHaveText(/invoice\.paid/)
  await expect(row(page, '/again').getByRole('img', { name: /^Sent again: 2nd time, first at/ })).toBeVisible()
  await expect(row(page, '/slack').getByRole('img', { name: /retry 2 by the sender's count/ })).toBeVisible()
  await expect(row(page, '/github').getByRole('img', { name: /^Sent again/ })).toHaveCount(0)
  await row(page, '/again').click()
  await page.getByRole('button', { name: 'Sent again, show the first' }).click()
  await expect(row(page, '/github')).toHaveAttribute('aria-selected', 'true')
  // Never dropped.
  await expect.poll(() => target.received.length).toBe(4)
})

test("39 a scheme of one's own is made, its mistakes named at their fields, and verifies and signs as any other", async ({
  startApp,
}) => {
  const page = await (await startApp()).page()
  await page.getByRole('button', { name: 'Preferences' }).click()
  await page.getByRole('button', { name: 'Signatures', exact: true }).click()
  await page.getByRole('button', { name: 'New scheme' }).click()
  const form = page.getByRole('form', { name: 'Scheme of signatures' })
  await form.getByLabel('Name', { exact: true }).fill('Harborline')
  await form.getByLabel('Signature header').fill('X Harbor')
  await form.getByLabel('What is signed').fill('{ts}.{body}')
  await form.getByRole('button', { name: 'Save' }).click()
  await expect(form.getByLabel('Signature header')).toHaveAttribute('aria-invalid', 'true')
  await expect(form.getByText('{ts} is signed, and nothing says where it stands.')).toBeVisible()
  await form.getByLabel('Signature header').fill('X-Harbor')
  await form.getByLabel('Timestamp', { exact: true }).selectOption('header')
  await form.getByLabel('Its header').fill('X-Harbor-Time')
  await form.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('list', { name: 'Schemes of your own' })).toContainText('Harborline')

  await page.getByRole('button', { name: 'Add a secret' }).click()
  await page.getByLabel('Sender').selectOption({ label: 'Harborline' })
  await page.getByRole('textbox', { name: 'Secret' }).fill(SECRET)
  await page.getByRole('button', { name: 'Save' }).click()
  const secrets = page.getByRole('list', { name: 'Secrets of Harborline' })
  await expect(secrets).toContainText('every source')

  await page.getByRole('button', { name: 'All requests' }).click()
  const at = Math.floor(Date.now() / 1000)
  await send(page, '/own', ['X-Harbor-Time', String(at), 'X-Harbor', hmac(SECRET, `${at}.${BODY}`, 'hex')])
  await row(page, '/own').click()
  await expect(badge(page)).toContainText('Verified')

  await page.getByRole('button', { name: 'Preferences' }).click()
  await page.getByRole('button', { name: 'Signatures', exact: true }).click()
  await expect(secrets).toContainText('1 of the last 1')
  await secrets.getByRole('button', { name: 'Delete Harborline' }).click()
  await secrets.getByRole('button', { name: 'Delete', exact: true }).click()
  await expect(secrets).toHaveCount(0)
})
