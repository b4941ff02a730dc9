import type { Locator, Page } from '@playwright/test'
import { expect, test } from '../helpers/creel-app.ts'
import { startLocalTarget } from '../helpers/local-target.ts'
import { post } from '../helpers/post.ts'
import { inputUrl, requestRows, useTargets } from '../helpers/window.ts'

const JSON_LINES = ['Content-Type', 'application/json']

function draft(page: Page): Locator {
  return page.getByRole('region', { name: 'Draft' })
}

function response(page: Page): Locator {
  return page.getByRole('region', { name: 'Response', exact: true })
}

test('27 edit opens prefilled with method, path, query, headers and body; Send shows the response in place; the original stays', async ({
  startApp,
}) => {
  const target = await startLocalTarget({
    answer: ({ body }, answer) => answer.writeHead(202, { 'content-type': 'application/json' }).end(body),
  })
  const page = await (await startApp()).page()
  const url = await inputUrl(page)
  await useTargets(page, [`${target.url}/hooks`])
  const text = '{"amount": 1.00, "id": 12345678901234567890}'
  await post(`${url}/orders?a=1&b=%20`, text, { headers: [...JSON_LINES, 'X-Twice', 'one', 'X-Twice', 'two'] })
  const row = requestRows(page).filter({ hasText: '/orders' })
  await expect(row.getByText('202', { exact: true })).toBeVisible()
  await row.click()
  await page.keyboard.press('e')

  await expect(draft(page).getByRole('textbox', { name: 'URL or port' })).toHaveValue(
    `${target.url}/hooks/orders?a=1&b=%20`,
  )
  await expect(draft(page).getByRole('button', { name: 'Method, POST' })).toBeVisible()
  const editor = draft(page).getByRole('textbox', { name: 'Body' })
  await expect(editor).toHaveText(text)
  await draft(page)
    .getByRole('tab', { name: /^Headers/ })
    .click()
  await expect(draft(page).getByRole('list', { name: 'Headers' }).locator('input[value="X-Twice"]')).toHaveCount(2)
  await draft(page)
    .getByRole('tab', { name: /^Query/ })
    .click()
  await expect(draft(page).getByRole('textbox', { name: 'Value of field 2, b' })).toHaveValue(' ')
  await draft(page).getByRole('tab', { name: 'Body' }).click()

  await editor.click()
  await page.keyboard.press('ControlOrMeta+End')
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.type(', "edited": true')
  await expect(draft(page).getByLabel('What changed')).toHaveText(/body/)
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(response(page).getByText('202 Accepted')).toBeVisible()
  await expect(response(page).getByRole('region', { name: 'Response body, pretty' })).toContainText('"edited"')
  await expect(editor).toBeFocused()
  expect(target.received.at(-1)?.body.toString()).toBe(`${text.slice(0, -1)}, "edited": true}`)
  expect(target.received.at(-1)?.url).toBe('/hooks/orders?a=1&b=%20')
  await page.keyboard.type(', "more": 1')
  await expect(response(page).getByText('202 Accepted')).toBeVisible()

  await page.keyboard.press('Escape')
  await expect(page.getByRole('region', { name: 'Request', exact: true })).toBeVisible()
  await expect(page.getByRole('region', { name: 'Body, pretty' })).not.toContainText('edited')
  await target.close()
})
