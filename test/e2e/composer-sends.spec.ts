import { edit, goBeforeEnd, JSON_LINES, response, url } from '../helpers/composer.ts'
import { expect, test } from '../helpers/creel-app.ts'
import { startLocalTarget } from '../helpers/local-target.ts'
import { post } from '../helpers/post.ts'
import { inputUrl, useTargets } from '../helpers/window.ts'

test('30 a draft goes to any port; another host is asked about once in the pane, and Ctrl Enter is no answer', async ({
  startApp,
}) => {
  const target = await startLocalTarget()
  const other = await startLocalTarget()
  const page = await (await startApp()).page()
  const input = await inputUrl(page)
  await useTargets(page, [target.url])
  await post(`${input}/any`, '{}', { headers: JSON_LINES })
  await expect.poll(() => target.received.length).toBe(1)
  await edit(page, '/any')
  await url(page).fill(`localhost:${other.port}/elsewhere`)
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(response(page).getByText('200 OK')).toBeVisible()
  expect(other.received.map((received) => received.url)).toEqual(['/elsewhere'])

  // Every address of this computer that is no loopback one, as far as Creel can know.
  const elsewhere = `http://0.0.0.0:${other.port}`
  await url(page).fill(`${elsewhere}/outside`)
  await page.keyboard.press('ControlOrMeta+Enter')
  const question = response(page).getByRole('group', { name: `Send to 0.0.0.0:${other.port}?` })
  await expect(question).toBeVisible()
  await expect(url(page)).toBeFocused()
  await page.keyboard.press('ControlOrMeta+Enter')
  await page.keyboard.press('F6')
  await expect(question.getByRole('button', { name: 'Do not send' })).toBeFocused()
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(question).toBeVisible()
  expect(other.received).toHaveLength(1)
  await page.keyboard.press('Enter')
  await expect(question).toHaveCount(0)
  expect(other.received).toHaveLength(1)

  await page.keyboard.press('ControlOrMeta+Enter')
  await question.getByRole('button', { name: 'Send once' }).click()
  await expect.poll(() => other.received.length).toBe(2)
  await page.keyboard.press('ControlOrMeta+Enter')
  await question.getByRole('button', { name: 'Send and remember this host' }).click()
  await expect.poll(() => other.received.length).toBe(3)
  await expect(question).toHaveCount(0)
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect.poll(() => other.received.length).toBe(4)
  await Promise.all([target.close(), other.close()])
})

test('30 where nothing listens the pane says so, offers open ports, and sends by itself once it is back', async ({
  startApp,
}) => {
  const target = await startLocalTarget()
  const down = await startLocalTarget()
  await down.close()
  const page = await (await startApp()).page()
  const input = await inputUrl(page)
  await useTargets(page, [target.url])
  await post(`${input}/down`, '{}', { headers: JSON_LINES })
  await expect.poll(() => target.received.length).toBe(1)
  await edit(page, '/down')
  await url(page).fill(`${down.url}/down`)
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(
    response(page).getByRole('heading', { name: `Nothing is listening on localhost:${down.port}` }),
  ).toBeVisible()
  await expect(response(page).getByText('Nothing was sent.')).toBeVisible()
  await response(page).getByRole('button', { name: 'When it is back' }).click()
  const back = await startLocalTarget({ port: down.port })
  await expect(response(page).getByText('200 OK')).toBeVisible()
  expect(back.received).toHaveLength(1)
  await back.close()
  await page.keyboard.press('ControlOrMeta+Enter')
  await response(page)
    .getByRole('button', { name: new RegExp(`^${target.port}`) })
    .click()
  await expect(response(page).getByText('200 OK')).toBeVisible()
  expect(target.received.at(-1)?.url).toBe('/down')
  await target.close()
})

test('32 each send of a draft is kept with its result, and stands under the original with what was changed', async ({
  startApp,
}) => {
  let status = 500
  const target = await startLocalTarget({ answer: (_, answer) => answer.writeHead(status).end(`status ${status}`) })
  const page = await (await startApp()).page()
  const input = await inputUrl(page)
  await useTargets(page, [target.url])
  await post(`${input}/sends`, '{"a":1}', { headers: JSON_LINES })
  await expect.poll(() => target.received.length).toBe(1)
  await edit(page, '/sends')
  await page.keyboard.press('ControlOrMeta+Enter')
  const sends = response(page).getByRole('option')
  await expect(sends).toHaveCount(1)
  await expect(sends.first()).toContainText('nothing changed')
  await expect(response(page).getByText('500 Internal Server Error')).toBeVisible()
  status = 201
  await goBeforeEnd(page)
  await page.keyboard.type(',"b":2')
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(sends).toHaveCount(2)
  await expect(sends.first()).toContainText(/201.*body/)
  await expect(response(page).getByText('201 Created')).toBeVisible()
  await sends.last().click()
  await expect(response(page).getByRole('region', { name: 'Response body, pretty' })).toContainText('status 500')

  await page.keyboard.press('Escape')
  await page.getByRole('tab', { name: /^Deliveries/ }).click()
  await expect(page.getByText('Sent by you: nothing changed')).toBeVisible()
  await expect(page.getByText('Sent by you: body')).toBeVisible()
  await target.close()
})
