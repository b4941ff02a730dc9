import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Page } from '@playwright/test'
import { type CreelApp, expect, test } from '../helpers/creel-app.ts'
import { startLocalTarget } from '../helpers/local-target.ts'
import { post } from '../helpers/post.ts'
import { inputUrl, requestRows, useTargets } from '../helpers/window.ts'

const run = promisify(execFile)

async function clipboardOf({ electron }: CreelApp): Promise<string> {
  return electron.evaluate(({ clipboard }) => clipboard.readText())
}

/** Opens "Copy as" of the selected row's menu and picks a line of it. */
async function copyAs(page: Page, line: string, withSecrets = false): Promise<void> {
  await requestRows(page).first().click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Copy as' }).hover()
  const secrets = page.getByRole('menuitemcheckbox', { name: /With secrets, this once/ })
  await expect(secrets).toBeVisible()
  if (withSecrets) await secrets.click()
  await page.getByRole('menuitem', { name: line, exact: true }).click()
}

test('46 a copied cURL command posts the same bytes to where it is pasted, with secrets hidden unless they are asked for', async ({
  startApp,
}) => {
  const target = await startLocalTarget()
  const app = await startApp()
  const page = await app.page()
  const url = await inputUrl(page)
  await useTargets(page, [target.url])
  const body = 'it\'s {"a": 1.00, "b": "\u00e9\\u00e9 $HOME `x` !"}\r\n\n'
  await post(`${url}/copied?x=%20&y`, body, {
    headers: ['Content-Type', 'application/json', 'Authorization', 'Bearer s3cret', 'X-Twice', 'a', 'X-Twice', "b'c"],
  })
  await expect(requestRows(page).getByText('200', { exact: true })).toBeVisible()
  await requestRows(page).first().click()

  await copyAs(page, 'cURL, bash')
  await expect(page.getByText(/Copied as cURL, bash. 1 value is hidden: Authorization/)).toBeVisible()
  const command = await clipboardOf(app)
  expect(command).not.toContain('s3cret')
  await run('bash', ['-c', command])
  const sent = target.received.at(-1)
  expect(sent?.body.toString()).toBe(body)
  expect(sent?.url).toMatch(/\/copied\?x=%20&y$/)
  const lines = sent?.rawHeaders ?? []
  expect(lines.filter((_, at) => lines[at - 1] === 'X-Twice')).toEqual(['a', "b'c"])

  await copyAs(page, 'cURL, PowerShell')
  expect(await clipboardOf(app)).not.toContain('s3cret')
  await copyAs(page, 'Raw HTTP', true)
  await expect(page.getByText('Copied as Raw HTTP.')).toBeVisible()
  expect(await clipboardOf(app)).toContain('Authorization: Bearer s3cret')
  await copyAs(page, 'JSON')
  expect(await clipboardOf(app)).not.toContain('s3cret')
  await requestRows(page).first().click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Copy as' }).hover()
  await expect(page.getByRole('menuitemcheckbox')).toHaveAttribute('aria-checked', 'false')
  await page.keyboard.press('Escape')
  await target.close()
})
