import { expect, test } from '../helpers/creel-app.ts'
import { startLocalTarget } from '../helpers/local-target.ts'
import { post } from '../helpers/post.ts'
import { ask, inputUrl, requestRows, useTargets } from '../helpers/window.ts'

test('16 a port is chosen for a source and takes the next request', async ({ startApp }) => {
  const target = await startLocalTarget()
  const page = await (await startApp()).page()
  const url = await inputUrl(page)
  await post(`${url}/before`, 'x')
  await expect(requestRows(page).filter({ hasText: '/before' })).toBeVisible()
  await useTargets(page, [target.url])
  await post(`${url}/after?q=1`, '{"amount":1.00}')
  await expect(requestRows(page).filter({ hasText: '/after' }).getByText('200', { exact: true })).toBeVisible()
  expect(target.received.map((one) => one.url)).toEqual(['/after?q=1'])
  await target.close()
})

test('18 each target gets its own delivery, status and answer', async ({ startApp }) => {
  const good = await startLocalTarget()
  const bad = await startLocalTarget({
    answer: (_, response) => {
      response.writeHead(500, { 'content-type': 'application/json' })
      response.end('{"error":"duplicate key"}')
    },
  })
  const page = await (await startApp()).page()
  const url = await inputUrl(page)
  await useTargets(page, [`${good.url}/audit`, bad.url])
  await post(`${url}/pay`, '{"n":1}')
  const row = requestRows(page).filter({ hasText: '/pay' })
  await expect(row.getByText('500')).toBeVisible()
  await row.click()
  await page.getByRole('tab', { name: /Deliveries/ }).click()
  const panel = page.getByRole('tabpanel')
  await expect(panel.getByText(`${good.url}/audit`)).toBeVisible()
  await expect(panel.getByText(bad.url, { exact: true })).toBeVisible()
  await expect(panel.getByText('duplicate key')).toBeVisible()
  expect(good.received.map((one) => one.url)).toEqual(['/audit/pay'])
  await good.close()
  await bad.close()
})

for (const host of ['127.0.0.1', '::1', '::']) {
  test(`20 localhost works when the server binds ${host}`, async ({ startApp }) => {
    const target = await startLocalTarget({ host })
    const page = await (await startApp()).page()
    const url = await inputUrl(page)
    await useTargets(page, [`http://localhost:${target.port}`])
    await post(`${url}/loop`, 'x')
    await expect(requestRows(page).filter({ hasText: '/loop' }).getByText('200', { exact: true })).toBeVisible()
    await target.close()
  })
}

test('21 a refused connection says what was tried and which ports listen, and delivers once somebody does', async ({
  startApp,
}) => {
  const other = await startLocalTarget()
  const gone = await startLocalTarget()
  await gone.close()
  const page = await (await startApp()).page()
  const url = await inputUrl(page)
  await useTargets(page, [gone.url])
  await post(`${url}/lost`, 'x')
  const row = requestRows(page).filter({ hasText: '/lost' })
  await row.click()
  await page.getByRole('tab', { name: /Deliveries/ }).click()
  const detail = page.getByRole('tabpanel')
  await expect(detail.getByText(`127.0.0.1:${gone.port}`).first()).toBeVisible()
  await expect(detail.getByText(`[::1]:${gone.port}`).first()).toBeVisible()
  await expect(detail.getByText(String(other.port)).first()).toBeVisible()
  const back = await startLocalTarget({ port: gone.port })
  await expect(row.getByText('200', { exact: true })).toBeVisible({ timeout: 20_000 })
  expect(back.received).toHaveLength(1)
  await back.close()
  await other.close()
})

test('24 forwarding off keeps receiving and holds; on again releases in order', async ({ startApp }) => {
  const target = await startLocalTarget()
  const page = await (await startApp()).page()
  const url = await inputUrl(page)
  const [made] = await useTargets(page, [target.url])
  if (!made) throw new Error('There is no target.')
  await ask(page, 'targets:update', { id: made.id, options: { inFlight: 1 } })
  const forwarding = page.getByRole('switch', { name: 'Forwarding' })
  await forwarding.click()
  await expect(forwarding).not.toBeChecked()
  for (const path of ['/one', '/two', '/three']) await post(url + path, 'x')
  await expect(requestRows(page).filter({ hasText: 'held' })).toHaveCount(3)
  expect(target.received).toHaveLength(0)
  await forwarding.click()
  await expect(requestRows(page).filter({ hasText: '200' })).toHaveCount(3)
  expect(target.received.map((one) => one.url)).toEqual(['/one', '/two', '/three'])
  await target.close()
})

test('26 one key resends the selected request unchanged', async ({ startApp }) => {
  const target = await startLocalTarget()
  const page = await (await startApp()).page()
  const url = await inputUrl(page)
  await useTargets(page, [target.url])
  const body = Buffer.from('7b2261223a312e30302c22e9223a2200ff227d0a', 'hex')
  await post(`${url}/again?x=%zz&x=2`, body, {
    headers: ['X-Odd', 'one', 'x-odd', 'two', 'Content-Length', String(body.length)],
  })
  const row = requestRows(page).filter({ hasText: '/again' })
  await expect(row.getByText('200', { exact: true })).toBeVisible()
  await row.click()
  await page.keyboard.press('r')
  await expect.poll(() => target.received.length).toBe(2)
  const [first, second] = target.received
  expect(second?.body.equals(body)).toBe(true)
  expect([second?.method, second?.url]).toEqual([first?.method, first?.url])
  const withoutMark = (lines: readonly string[] | undefined): string[] => {
    const at = lines?.indexOf('Creel-Resend') ?? -1
    return lines?.filter((_, index) => at === -1 || (index !== at && index !== at + 1)) ?? []
  }
  expect(withoutMark(second?.rawHeaders)).toEqual(first?.rawHeaders)
  expect(second?.rawHeaders).toContain('Creel-Resend')
  await target.close()
})
