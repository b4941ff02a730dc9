import { openCamera } from '../helpers/camera.ts'
import { expect, test } from '../helpers/creel-app.ts'
import { startStandaloneRelay } from '../helpers/standalone-relay.ts'
import { startTcpProxy } from '../helpers/tcp-proxy.ts'
import { inputUrl } from '../helpers/window.ts'

test('the four ways in', async ({ startApp }) => {
  const relay = await startStandaloneRelay()
  const app = await startApp()
  const page = await app.page()
  const tunnel = await startTcpProxy(Number(new URL(await inputUrl(page)).port))
  await page.getByRole('button', { name: /^Another way in/ }).click()
  await page.getByLabel('Relay URL').fill(relay.url)
  await page.getByLabel('Token').fill(`${relay.token.key}:${relay.token.secret}`)
  await expect(page.getByText(/The token may read/)).toBeVisible()
  await page.getByRole('textbox', { name: 'Public URL' }).fill(tunnel.url)
  await page.getByRole('button', { name: 'Check' }).click()
  await expect(page.getByText(/A canary went out/)).toBeVisible()
  await page.getByRole('radio', { name: 'This computer' }).click()
  const camera = await openCamera(app)
  await page.mouse.move(640, 795)
  await camera.shoot('29-first-run-doors')
  await camera.resize(960, 600)
  await camera.shoot('29-first-run-doors-960x600')
  await app.quit()
  await relay.stop()
  await tunnel.close()
})
