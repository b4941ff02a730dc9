import { openCamera } from '../helpers/camera.ts'
import { expect, test } from '../helpers/creel-app.ts'
import { inputUrl } from '../helpers/window.ts'
import { startOnPort } from './day.ts'

test('the first run', async ({ startApp }) => {
  const targets = [await startOnPort(3100), await startOnPort(5173), await startOnPort(8000)]
  const app = await startApp()
  const page = await app.page()
  await inputUrl(page)
  const camera = await openCamera(app)
  await expect(page.getByText('Connected. Waiting for the first request.')).toBeVisible()
  await expect(page.getByText(String(targets[0]?.port))).toBeVisible()
  await page.mouse.move(640, 795)
  await camera.shoot('01-first-run')
  await camera.resize(960, 600)
  await camera.shoot('01-first-run-960x600')
  await camera.resize(1280, 800)
  await page.getByRole('button', { name: /^All requests/ }).click()
  await expect(page.getByText('appears here', { exact: false })).toBeVisible()
  await page.mouse.move(640, 795)
  await camera.shoot('empty-all')
  await app.quit()
  await Promise.all(targets.map((target) => target.close()))
})
