import type { Locator, Page } from '@playwright/test'
import { expect } from '@playwright/test'
import type { Received } from './local-target.ts'
import { requestRows } from './window.ts'

export const JSON_LINES = ['Content-Type', 'application/json']

export function draft(page: Page): Locator {
  return page.getByRole('region', { name: 'Draft' })
}

export function response(page: Page): Locator {
  return page.getByRole('region', { name: 'Response', exact: true })
}

export function editor(page: Page): Locator {
  return draft(page).getByRole('textbox', { name: 'Body' })
}

export function url(page: Page): Locator {
  return draft(page).getByRole('textbox', { name: 'URL or port' })
}

/** Selects the newest row and opens it in the composer, by keys. */
export async function edit(page: Page, path: string): Promise<void> {
  const row = requestRows(page).filter({ hasText: path }).first()
  await row.click()
  await expect(row).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('e')
  await expect(draft(page)).toBeVisible()
}

/** Puts the cursor before the last character of the body. */
export async function goBeforeEnd(page: Page): Promise<void> {
  await editor(page).click()
  await page.keyboard.press('ControlOrMeta+End')
  await page.keyboard.press('ArrowLeft')
}

export function headerOf(received: Received | undefined, name: string): string | undefined {
  const at = received?.rawHeaders.findIndex((line, index) => index % 2 === 0 && line.toLowerCase() === name) ?? -1
  return at < 0 ? undefined : received?.rawHeaders[at + 1]
}
