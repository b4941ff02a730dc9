import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, type Page } from '@playwright/test'
import type { CreelApp } from './creel-app.ts'
import { ask } from './window.ts'

/** Takes pictures of the real window, for people to look at. */
export type Camera = {
  /** One picture a theme, as `docs/screenshots/<name>-<theme>.png`. */
  shoot(name: string): Promise<void>
  /** Size of the page in px; zoomed, it has so many CSS px less. */
  resize(width: number, height: number, zoom?: number): Promise<void>
}

const FOLDER = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url))
/** `--bg-window` of each theme. */
const BACKGROUND = { light: 'rgb(243, 245, 245)', dark: 'rgb(20, 24, 26)' } as const

export async function openCamera(app: CreelApp): Promise<Camera> {
  const page = await app.page()
  await mkdir(FOLDER, { recursive: true })
  const isVisible = () => app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())
  await expect.poll(isVisible).toBe(true)
  let isZoomed = false

  async function resize(width: number, height: number, zoom = 1): Promise<void> {
    isZoomed = zoom !== 1
    await app.electron.evaluate(
      ({ BrowserWindow }, size) => {
        const window = BrowserWindow.getAllWindows()[0]
        window?.webContents.setZoomFactor(size.zoom)
        window?.setContentSize(size.width, size.height)
      },
      { width, height, zoom },
    )
    const css = [Math.round(width / zoom), Math.round(height / zoom)]
    await expect.poll(() => page.evaluate(() => [window.innerWidth, window.innerHeight])).toEqual(css)
  }

  async function shoot(name: string): Promise<void> {
    for (const theme of ['light', 'dark'] as const) {
      await useTheme(page, theme)
      const path = `${FOLDER}${name}-${theme}.png`
      if (isZoomed) await writeFile(path, await captureWindow(app))
      else await page.screenshot({ path, animations: 'disabled' })
    }
  }

  await resize(1280, 800)
  return { shoot, resize }
}

async function useTheme(page: Page, theme: 'light' | 'dark'): Promise<void> {
  await ask(page, 'app:save-settings', { theme })
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  await expect.poll(background).toBe(BACKGROUND[theme])
  // What fades from theme to theme has to be over.
  const fading = () =>
    page.evaluate(() => document.getAnimations().filter((one) => one instanceof CSSTransition).length)
  await expect.poll(fading).toBe(0)
}

/** Of a zoomed page Playwright would cut out a part: the window itself draws all of it. */
async function captureWindow(app: CreelApp): Promise<Buffer> {
  const base64 = await app.electron.evaluate(async ({ BrowserWindow }) => {
    const image = await BrowserWindow.getAllWindows()[0]?.webContents.capturePage()
    return image?.toPNG().toString('base64') ?? ''
  })
  return Buffer.from(base64, 'base64')
}
