import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '../helpers/creel-app.ts'
import { openKeyring } from '../helpers/keyring.ts'
import { ask, inputUrl } from '../helpers/window.ts'

test('48 with a keyring, tokens and secrets are sealed; they stand nowhere in the clear', async ({
  startApp,
  folder,
}) => {
  const keyring = await openKeyring(folder)
  const args = ['--password-store=gnome-libsecret']
  const app = await startApp({ args })
  const page = await app.page()
  const url = await inputUrl(page)
  await ask(page, 'secrets:set-signing', { scheme: 'github', secret: 'a-very-secret-word' })
  expect((await ask(page, 'app:snapshot', {})).hasKeyring).toBe(true)
  const file = await readFile(join(app.userData, 'secrets.json'), 'utf8')
  expect(file).toContain('"sealed"')
  expect(file).not.toMatch(/crs_|a-very-secret-word|"clear"/)
  expect(JSON.stringify(await ask(page, 'app:snapshot', {}))).not.toMatch(/crs_|a-very-secret-word/)
  await app.quit()
  const history = await readFile(join(app.userData, 'history.sqlite'))
  expect(history.includes('crs_') || history.includes('a-very-secret-word')).toBe(false)
  const log = await readFile(join(app.userData, 'logs/creel.log'), 'utf8')
  expect(log).not.toMatch(/crs_|a-very-secret-word/)
  const again = await startApp({ userData: app.userData, args })
  expect(await inputUrl(await again.page())).toBe(url)
  await again.quit()
  await keyring.close()
})

test('48 without a keyring the preferences say for good where tokens are kept', async ({ startApp }) => {
  const page = await (await startApp()).page()
  await inputUrl(page)
  expect((await ask(page, 'app:snapshot', {})).hasKeyring).toBe(false)
  await page.getByRole('button', { name: 'Preferences' }).click()
  await expect(page.getByText(/No keyring on this computer/)).toBeVisible()
})
