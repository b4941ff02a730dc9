import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import type { Page } from '@playwright/test'
import { type CreelApp, expect, test } from '../helpers/creel-app.ts'
import { startLocalTarget } from '../helpers/local-target.ts'
import { post } from '../helpers/post.ts'
import { inputUrl, requestRows, useTargets } from '../helpers/window.ts'

const run = promisify(execFile)

/** Stands in the path of the request, and so in everything that it is copied as. */
const PATH = `/copied-${randomUUID()}`

/** Opens "Copy as" of the selected row's menu and picks a line of it, by keys. */
async function pick(page: Page, line: string, withSecrets: boolean): Promise<void> {
  await requestRows(page).first().click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Copy as' }).press('ArrowRight')
  const secrets = page.getByRole('menuitemcheckbox', { name: /With secrets, this once/ })
  await expect(secrets).toHaveAttribute('aria-checked', 'false')
  if (withSecrets) await secrets.press('Space')
  await page.getByRole('menuitem', { name: line, exact: true }).press('Enter')
  await expect(page.getByRole('menu')).toHaveCount(0)
}

/** What is on the clipboard then. All apps of this display have one: what another put there meanwhile is not what was copied. */
async function copyAs(app: CreelApp, line: string, withSecrets = false): Promise<string> {
  const page = await app.page()
  let copied = ''
  await expect(async () => {
    await pick(page, line, withSecrets)
    await expect(page.getByText(`Copied as ${line}`)).toBeVisible()
    copied = await app.electron.evaluate(({ clipboard }) => clipboard.readText())
    expect(copied).toContain(PATH)
  }).toPass()
  return copied
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
  await post(`${url}${PATH}?x=%20&y`, body, {
    headers: ['Content-Type', 'application/json', 'Authorization', 'Bearer s3cret', 'X-Twice', 'a', 'X-Twice', "b'c"],
  })
  await expect(requestRows(page).getByText('200', { exact: true })).toBeVisible()
  await requestRows(page).first().click()

  const command = await copyAs(app, 'cURL, bash')
  await expect(page.getByText('Copied as cURL, bash. 1 value is hidden: Authorization')).toBeVisible()
  expect(command).not.toContain('s3cret')
  await run('bash', ['-c', command])
  const sent = target.received.at(-1)
  expect(target.received).toHaveLength(2)
  expect(sent?.body.toString()).toBe(body)
  expect(sent?.url).toBe(`${PATH}?x=%20&y`)
  const lines = sent?.rawHeaders ?? []
  expect(lines.filter((_, at) => lines[at - 1] === 'X-Twice')).toEqual(['a', "b'c"])

  expect(await copyAs(app, 'cURL, PowerShell')).not.toContain('s3cret')
  expect(await copyAs(app, 'Raw HTTP', true)).toContain('Authorization: Bearer s3cret')
  // That held for once.
  expect(await copyAs(app, 'JSON')).not.toContain('s3cret')
  await target.close()
})
