import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { draft, edit, editor, goBeforeEnd, JSON_LINES, response, url } from '../helpers/composer.ts'
import { expect, test } from '../helpers/creel-app.ts'
import { type LocalTarget, startLocalTarget } from '../helpers/local-target.ts'
import { post } from '../helpers/post.ts'
import { ask, inputUrl, requestRows, useTargets } from '../helpers/window.ts'

async function send(page: Page, target: LocalTarget): Promise<Buffer | undefined> {
  const before = target.received.length
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect.poll(() => target.received.length).toBe(before + 1)
  return target.received.at(-1)?.body
}

test('27 a body that is opened and sent is the same bytes: line breaks, numbers, a byte order mark, bytes that are no text', async ({
  startApp,
}) => {
  const target = await startLocalTarget()
  const page = await (await startApp()).page()
  const input = await inputUrl(page)
  await useTargets(page, [target.url])
  const bodies: Readonly<Record<string, Buffer>> = {
    '/crlf': Buffer.from('{\r\n  "a": 1.00\r\n}\r\n'),
    '/mixed': Buffer.from('a\r\nb\rc\nd'),
    '/mark': Buffer.from('\ufeff{"a":12345678901234567890}'),
    '/bytes': Buffer.from([0, 255, 254, 10, 13, 128]),
  }
  for (const [path, body] of Object.entries(bodies)) {
    await post(input + path, body, { headers: JSON_LINES })
    await expect(requestRows(page).filter({ hasText: path }).getByText('200', { exact: true })).toBeVisible()
    await edit(page, path)
    await expect(draft(page).getByRole('textbox', { name: 'Body' }).or(draft(page).getByRole('grid'))).toBeVisible()
    expect(await send(page, target), path).toEqual(body)
    await page.keyboard.press('Escape')
  }

  await edit(page, '/crlf')
  await editor(page).click()
  await page.keyboard.press('ControlOrMeta+Home')
  await page.keyboard.press('End')
  await page.keyboard.press('Enter')
  await page.keyboard.type('"b": 2,')
  expect((await send(page, target))?.toString()).toMatch(/^\{\r\n *"b": 2,\r\n {2}"a": 1\.00\r\n\}\r\n$/)
  await page.keyboard.press('Escape')

  await edit(page, '/bytes')
  await draft(page).getByRole('grid', { name: 'Body, hex' }).focus()
  await page.keyboard.press('End')
  await page.keyboard.type('7f')
  await page.keyboard.press('Home')
  await page.keyboard.press('Delete')
  expect(await send(page, target)).toEqual(Buffer.from([255, 254, 10, 13, 128, 0x7f]))
  await target.close()
})

test('27 forms and parts are edited as fields, and what is not touched stays as it was written', async ({
  startApp,
}) => {
  const target = await startLocalTarget()
  const page = await (await startApp()).page()
  const input = await inputUrl(page)
  await useTargets(page, [target.url])
  await post(`${input}/fields`, 'a=%41&b=x+y&c', { headers: ['Content-Type', 'application/x-www-form-urlencoded'] })
  const parts = Buffer.concat([
    Buffer.from('--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nold\r\n--b\r\n'),
    Buffer.from('Content-Disposition: form-data; name="file"; filename="p.png"\r\n\r\n'),
    Buffer.from([137, 80, 78, 71, 0, 255]),
    Buffer.from('\r\n--b--\r\n'),
  ])
  await post(`${input}/parts`, parts, { headers: ['Content-Type', 'multipart/form-data; boundary=b'] })
  await expect.poll(() => target.received.length).toBe(2)

  await edit(page, '/fields')
  await draft(page).getByRole('textbox', { name: 'Value of field 2, b' }).fill('1 & 2')
  expect((await send(page, target))?.toString()).toBe('a=%41&b=1+%26+2&c')
  await draft(page).getByRole('button', { name: 'Body as Form' }).click()
  await page.getByRole('menuitem', { name: 'As text' }).click()
  await expect(editor(page)).toHaveText('a=%41&b=1+%26+2&c')
  await page.keyboard.press('Escape')

  await edit(page, '/parts')
  await draft(page).getByRole('textbox', { name: 'Value of part 1, title' }).fill('new')
  expect(await send(page, target)).toEqual(Buffer.from(parts.toString('latin1').replace('old', 'new'), 'latin1'))
  await target.close()
})

test('27 a large body is not opened by itself and is sent as it is; opened, it is edited like any other', async ({
  startApp,
}) => {
  test.setTimeout(120_000)
  const target = await startLocalTarget()
  const page = await (await startApp()).page()
  const input = await inputUrl(page)
  await useTargets(page, [target.url])
  const body = Buffer.from(`{"rows": [${Array.from({ length: 180_000 }, (_, at) => `{"n": ${at}.0}`).join(',\n')}]}`)
  await post(`${input}/large`, body, { headers: JSON_LINES })
  await expect(requestRows(page).getByText('200', { exact: true })).toBeVisible()
  await edit(page, '/large')
  await expect(draft(page).getByRole('heading', { name: /^Body unchanged/ })).toBeVisible()
  expect((await send(page, target))?.equals(body)).toBe(true)
  await draft(page).getByRole('button', { name: 'Edit it' }).click()
  await expect(editor(page)).toContainText('"rows"')
  await goBeforeEnd(page)
  await page.keyboard.type(', "more": 1')
  await expect(draft(page).getByText('no mistake found')).toBeVisible()
  expect((await send(page, target))?.length).toBe(body.length + ', "more": 1'.length)
  await target.close()
})

test('27 what was done is taken back in its order, in the text and in the fields', async ({ startApp }) => {
  const page = await (await startApp()).page()
  const input = await inputUrl(page)
  await post(`${input}/undo`, '{"a":1}', { headers: JSON_LINES })
  await edit(page, '/undo')
  const first = await url(page).inputValue()
  await goBeforeEnd(page)
  await page.keyboard.type(',"b":2')
  await url(page).fill(`${first}/other`)
  await draft(page).getByRole('button', { name: 'Method, POST' }).click()
  await page.getByRole('menuitem', { name: 'PUT' }).click()
  const undo = draft(page).getByRole('button', { name: 'Undo' })
  await undo.click()
  await expect(draft(page).getByRole('button', { name: 'Method, POST' })).toBeVisible()
  await undo.click()
  await expect(url(page)).toHaveValue(first)
  await expect(editor(page)).toHaveText('{"a":1,"b":2}')
  await undo.click()
  await expect(editor(page)).toHaveText('{"a":1}')
  await url(page).focus()
  await page.keyboard.press('ControlOrMeta+Shift+z')
  await expect(editor(page)).toHaveText('{"a":1,"b":2}')
  await page.keyboard.press('ControlOrMeta+Shift+z')
  await expect(url(page)).toHaveValue(`${first}/other`)
  await draft(page).getByRole('button', { name: 'More for the draft' }).click()
  await page.getByRole('menuitem', { name: 'Back to the original' }).click()
  await expect(editor(page)).toHaveText('{"a":1}')
  await expect(url(page)).toHaveValue(first)
  await draft(page).getByRole('button', { name: 'More for the draft' }).click()
  await page.getByRole('menuitem', { name: 'Format the body' }).click()
  await expect(editor(page).locator('.cm-line')).toHaveCount(3)
})

for (const theme of ['light', 'dark'] as const) {
  test(`53 axe finds nothing serious in the composer and beside many chosen rows, ${theme}`, async ({ startApp }) => {
    test.setTimeout(120_000)
    const target = await startLocalTarget()
    const page = await (await startApp()).page()
    const input = await inputUrl(page)
    await useTargets(page, [target.url])
    await ask(page, 'app:save-settings', { theme })
    await post(`${input}/axe?a=1`, '{"a":1.00,"b":true,"c":null}', { headers: JSON_LINES })
    await post(`${input}/axe/bytes`, Buffer.from([0, 255]))
    await expect.poll(() => target.received.length).toBe(2)
    await edit(page, '/axe?a')
    await goBeforeEnd(page)
    await page.keyboard.type(' "d')
    await send(page, target)
    await expect(response(page).getByText('200 OK')).toBeVisible()
    for (const tab of [/^Body/, /^Headers/, /^Query/]) {
      await draft(page).getByRole('tab', { name: tab }).click()
      expect(await violations(page), String(tab)).toEqual([])
    }
    await url(page).fill('http://192.0.2.24:3000/')
    await page.keyboard.press('ControlOrMeta+Enter')
    await expect(response(page).getByRole('button', { name: 'Send once' })).toBeVisible()
    expect(await violations(page), 'question').toEqual([])
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await edit(page, '/axe/bytes')
    await expect(draft(page).getByRole('grid', { name: 'Body, hex' })).toBeVisible()
    expect(await violations(page), 'hex').toEqual([])
    await page.keyboard.press('Escape')
    await page.keyboard.press('ControlOrMeta+a')
    await expect(page.getByRole('group', { name: /requests selected/ })).toBeVisible()
    await page.keyboard.press('r')
    await expect(page.getByText(/^All \d+ sent/)).toBeVisible()
    expect(await violations(page), 'many').toEqual([])
    await target.close()
  })
}

async function violations(page: Page): Promise<string[]> {
  // Electron has no second target for axe to run in.
  const { violations: found } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`))
}
