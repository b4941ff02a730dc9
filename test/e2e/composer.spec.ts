import { verify } from '@octokit/webhooks-methods'
import type { DraftId } from '../../protocol/draft.ts'
import { draft, edit, editor, goBeforeEnd, headerOf, JSON_LINES, response, url } from '../helpers/composer.ts'
import { expect, test } from '../helpers/creel-app.ts'
import { startLocalTarget } from '../helpers/local-target.ts'
import { GITHUB_SECRET, githubPayloads } from '../helpers/payloads.ts'
import { post } from '../helpers/post.ts'
import { ask, inputUrl, requestRows, useTargets } from '../helpers/window.ts'

test('27 edit opens prefilled with method, path, query, headers and body; Send shows the response in place; the original stays', async ({
  startApp,
}) => {
  const target = await startLocalTarget({
    answer: ({ body }, answer) => answer.writeHead(202, { 'content-type': 'application/json' }).end(body),
  })
  const page = await (await startApp()).page()
  const input = await inputUrl(page)
  await useTargets(page, [`${target.url}/hooks`])
  const text = '{"amount": 1.00, "id": 12345678901234567890}'
  await post(`${input}/orders?a=1&b=%20`, text, { headers: [...JSON_LINES, 'X-Twice', 'one', 'X-Twice', 'two'] })
  await expect(requestRows(page).getByText('202', { exact: true })).toBeVisible()
  await edit(page, '/orders')

  await expect(url(page)).toHaveValue(`${target.url}/hooks/orders?a=1&b=%20`)
  await expect(draft(page).getByRole('button', { name: 'Method, POST' })).toBeVisible()
  await expect(editor(page)).toHaveText(text)
  await draft(page)
    .getByRole('tab', { name: /^Headers/ })
    .click()
  await expect(draft(page).getByRole('list', { name: 'Headers' }).locator('input[value="X-Twice"]')).toHaveCount(2)
  await draft(page)
    .getByRole('tab', { name: /^Query/ })
    .click()
  await expect(draft(page).getByRole('textbox', { name: 'Value of field 2, b' })).toHaveValue(' ')
  await draft(page).getByRole('tab', { name: 'Body' }).click()

  await goBeforeEnd(page)
  await page.keyboard.type(', "edited": true')
  await expect(draft(page).getByLabel('What changed')).toHaveText(/body/)
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(response(page).getByText('202 Accepted')).toBeVisible()
  await expect(response(page).getByRole('region', { name: 'Response body, pretty' })).toContainText('"edited"')
  await expect(editor(page)).toBeFocused()
  expect(target.received.at(-1)?.body.toString()).toBe(`${text.slice(0, -1)}, "edited": true}`)
  expect(target.received.at(-1)?.url).toBe('/hooks/orders?a=1&b=%20')
  await page.keyboard.type(', "more": 1')
  await expect(response(page).getByText('202 Accepted')).toBeVisible()

  await page.keyboard.press('Escape')
  await expect(page.getByRole('region', { name: 'Request', exact: true })).toBeVisible()
  await expect(page.getByRole('region', { name: 'Body, pretty' })).toContainText('12345678901234567890')
  await expect(page.getByRole('region', { name: 'Body, pretty' })).not.toContainText('edited')
  await target.close()
})

test('27 53 by keys alone: header lines are added, switched off, moved and removed, and the request is sent', async ({
  startApp,
}) => {
  const target = await startLocalTarget()
  const page = await (await startApp()).page()
  const input = await inputUrl(page)
  await useTargets(page, [target.url])
  await post(`${input}/keys`, '{}', { headers: [...JSON_LINES, 'X-One', '1', 'X-Two', '2', 'X-Three', '3'] })
  await expect.poll(() => target.received.length).toBe(1)
  await page.getByRole('grid', { name: 'Requests' }).focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('e')
  await expect(editor(page)).toHaveText('{}')

  await draft(page).getByRole('tab', { name: 'Body' }).focus()
  await page.keyboard.press('ArrowRight')
  const headers = draft(page).getByRole('list', { name: 'Headers' })
  const nameOf = (name: string) => headers.locator(`input[data-control="name"][value="${name}"]`)
  await nameOf('X-Two').focus()
  await page.keyboard.press('Alt+ArrowUp')
  await expect(
    headers.locator('li', { has: page.locator('[value="X-Two"]') }).locator('+ li [value="X-One"]'),
  ).toHaveCount(1)
  await nameOf('X-One').focus()
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Space')
  await nameOf('X-Three').focus()
  await page.keyboard.press('Enter')
  await page.keyboard.type('X-New')
  await page.keyboard.press('Tab')
  await page.keyboard.type('a b')
  const removal = headers
    .locator('li', { has: page.locator('[value="X-Three"]') })
    .getByRole('button', { name: /^Remove/ })
  await removal.focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(response(page).getByText('200 OK')).toBeVisible()

  const sent = target.received.at(-1)
  const names = sent?.rawHeaders.filter((_, at) => at % 2 === 0).filter((name) => name.startsWith('X-'))
  expect(names).toEqual(['X-Two', 'X-New'])
  expect(headerOf(sent, 'x-new')).toBe('a b')

  await nameOf('X-New').focus()
  await page.keyboard.press('ControlOrMeta+z')
  await expect(nameOf('X-Three')).toHaveCount(1)
  await page.keyboard.press('F6')
  await expect(response(page).locator(':focus')).toHaveCount(1)
  await target.close()
})

test('28 invalid JSON is told with line and column, and can still be sent', async ({ startApp }) => {
  const target = await startLocalTarget()
  const page = await (await startApp()).page()
  const input = await inputUrl(page)
  await useTargets(page, [target.url])
  await post(`${input}/lint`, '{\n  "a": 1.00,\n  "b": 2\n}\n', { headers: JSON_LINES })
  await expect.poll(() => target.received.length).toBe(1)
  await edit(page, '/lint')
  await expect(draft(page).getByText('no mistake found')).toBeVisible()
  await editor(page).click()
  await page.keyboard.press('ControlOrMeta+Home')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('End')
  await page.keyboard.press('Backspace')
  await expect(draft(page).getByText('Line 2, column 12: a comma is missing.')).toBeVisible()
  await expect(draft(page).getByText('It can be sent as it is.')).toBeVisible()
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(response(page).getByText('200 OK')).toBeVisible()
  expect(target.received.at(-1)?.body.toString()).toBe('{\n  "a": 1.00\n  "b": 2\n}\n')
  await target.close()
})

test('29 an edited GitHub request is signed anew by itself, and verifies for its own library', async ({ startApp }) => {
  const verdicts: Promise<boolean>[] = []
  const target = await startLocalTarget({
    answer: (request, answer) => {
      verdicts.push(verify(GITHUB_SECRET, request.body.toString(), headerOf(request, 'x-hub-signature-256') ?? ''))
      answer.end()
    },
  })
  const page = await (await startApp()).page()
  const input = await inputUrl(page)
  await useTargets(page, [target.url])
  await ask(page, 'secrets:set-signing', { scheme: 'github', secret: GITHUB_SECRET })
  const push = githubPayloads().find(({ name }) => name === 'github push')
  if (push === undefined) throw new Error('There is no example of a push.')
  await post(input + push.path, push.body, { headers: push.headers.flat() })
  await expect.poll(() => verdicts.length).toBe(1)
  await edit(page, '/github')
  await expect(draft(page).getByRole('radio', { name: 'Original' })).toBeChecked()
  await editor(page).click()
  await page.keyboard.press('ControlOrMeta+Home')
  await page.keyboard.type(' ')
  await expect(draft(page).getByRole('radio', { name: 'Signed anew' })).toBeChecked()
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(response(page).getByText('The new signature verifies')).toBeVisible()
  await draft(page).getByText('Original', { exact: true }).click()
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(response(page).getByRole('option')).toHaveCount(2)
  await expect.poll(() => verdicts.length).toBe(3)
  expect(await Promise.all(verdicts)).toEqual([true, true, false])
  await target.close()
})

test('29 without its secret a signature cannot be made anew, and can once the secret is given where it is missed', async ({
  startApp,
}) => {
  const target = await startLocalTarget()
  const page = await (await startApp()).page()
  const input = await inputUrl(page)
  await useTargets(page, [target.url])
  const push = githubPayloads().find(({ name }) => name === 'github push')
  if (push === undefined) throw new Error('There is no example of a push.')
  await post(input + push.path, push.body, { headers: push.headers.flat() })
  await expect.poll(() => target.received.length).toBe(1)
  await edit(page, '/github')
  const anew = draft(page).getByRole('radio', { name: /^Signed anew/ })
  await expect(anew).toHaveAttribute('aria-disabled', 'true')
  await expect(anew).toHaveAccessibleName(/needs the secret of GitHub/)
  await draft(page).getByRole('button', { name: 'Add the secret' }).click()
  await page.getByRole('textbox', { name: 'Secret' }).fill(GITHUB_SECRET)
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(anew).toBeChecked()
  await expect(anew).toBeFocused()
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(response(page).getByText('The new signature verifies')).toBeVisible()
  await draft(page).getByText('Unsigned', { exact: true }).click()
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect.poll(() => target.received.length).toBe(3)
  expect(headerOf(target.received.at(-1), 'x-hub-signature-256')).toBeUndefined()
  await target.close()
})

test('27 a draft survives leaving, a crash and a restart, and the window opens where it was', async ({
  startApp,
  folder,
}) => {
  const target = await startLocalTarget()
  const app = await startApp()
  const page = await app.page()
  const input = await inputUrl(page)
  await useTargets(page, [target.url])
  await post(`${input}/kept`, '{"a":1}', { headers: JSON_LINES })
  await expect.poll(() => target.received.length).toBe(1)
  await edit(page, '/kept')
  await goBeforeEnd(page)
  await page.keyboard.type(',"left":1')
  await page.keyboard.press('Escape')
  const row = requestRows(page).filter({ hasText: '/kept' })
  await expect(row.getByText('draft', { exact: true })).toBeVisible()
  await page.keyboard.press('e')
  await expect(editor(page)).toHaveText('{"a":1,"left":1}')
  await goBeforeEnd(page)
  await page.keyboard.type(',"crash":2')
  const keptBytes = async () => {
    const [kept] = await ask(page, 'drafts:list', {})
    return kept === undefined ? 0 : (await ask(page, 'drafts:get', { id: kept.id as DraftId })).body.bytes
  }
  await expect.poll(keptBytes).toBe('{"a":1,"left":1,"crash":2}'.length)
  await expect.poll(async () => (await ask(page, 'app:snapshot', {})).view.draftId).not.toBeNull()
  await app.kill()

  const again = await (await startApp({ userData: `${folder}/user-data` })).page()
  await expect(editor(again)).toHaveText('{"a":1,"left":1,"crash":2}')
  await target.close()
})

test('27 a new request is written from nothing, and another from a pasted cURL command', async ({ startApp }) => {
  const target = await startLocalTarget()
  const app = await startApp()
  const page = await app.page()
  const input = await inputUrl(page)
  await post(`${input}/first`, '{}')
  await expect(requestRows(page)).toHaveCount(1)
  await page.keyboard.press('ControlOrMeta+n')
  await expect(url(page)).toBeFocused()
  await page.keyboard.type(`${target.port}/new`)
  await editor(page).click()
  await page.keyboard.type('{"n": 1.50}')
  await draft(page).getByRole('button', { name: 'Add Content-Type: application/json' }).click()
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(response(page).getByText('200 OK')).toBeVisible()
  expect(target.received.at(-1)?.url).toBe('/new')
  expect(headerOf(target.received.at(-1), 'content-type')).toBe('application/json')

  const command = `curl -X PUT 'http://localhost:${target.port}/from-curl?x=%41' -H 'X-A: b' --data-raw '{"n":1.00}'`
  // All apps of this display have one clipboard: another test may use it between writing and pasting.
  await expect(async () => {
    await app.electron.evaluate(({ clipboard }, text) => clipboard.writeText(text), command)
    await url(page).selectText()
    await page.keyboard.press('ControlOrMeta+v')
    await expect(url(page)).toHaveValue(`http://localhost:${target.port}/from-curl?x=%41`, { timeout: 3000 })
  }).toPass()
  await expect(draft(page).getByRole('button', { name: 'Method, PUT' })).toBeVisible()
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(response(page).getByText('200 OK')).toBeVisible()
  const sent = target.received.at(-1)
  expect([sent?.method, sent?.url, sent?.body.toString()]).toEqual(['PUT', '/from-curl?x=%41', '{"n":1.00}'])
  expect(headerOf(sent, 'x-a')).toBe('b')
  await target.close()
})
