import { createHash } from 'node:crypto'
import type { Locator, Page } from '@playwright/test'
import { MAX_BODY_BYTES } from '../../protocol/limits.ts'
import { bodyUrl } from '../../protocol/ipc.ts'
import { expect, test } from '../helpers/creel-app.ts'
import { noise } from '../helpers/hurtful-bodies.ts'
import { startLocalTarget } from '../helpers/local-target.ts'
import { post } from '../helpers/post.ts'
import { ask, inputUrl, requestRows, useTargets } from '../helpers/window.ts'

const JSON_LINES = ['Content-Type', 'application/json']

/** The body's region in one view of it. */
async function show(page: Page, view: 'Pretty' | 'Raw' | 'Hex'): Promise<Locator> {
  await page.getByRole('radiogroup', { name: 'Body view' }).getByText(view, { exact: true }).click()
  return page.getByRole('region', { name: `Body, ${view.toLowerCase()}` })
}

/** Every byte that the hex view draws at this moment, by its offset. */
async function drawnBytes(region: Locator): Promise<Map<number, number>> {
  const cells = await region
    .locator('[data-offset]')
    .evaluateAll((found) => found.map((cell) => [cell.getAttribute('data-offset'), cell.textContent] as const))
  const digits = cells.filter(([, text]) => text !== null && /^[0-9a-f]{2}$/.test(text))
  return new Map(digits.map(([offset, text]) => [Number(offset), Number.parseInt(text ?? '', 16)]))
}

test('14 Pretty alters no number, Raw is the exact text, and Hex the exact bytes', async ({ startApp }) => {
  const app = await startApp()
  const page = await app.page()
  const url = await inputUrl(page)
  const text = ' {\r\n\t"n" :1.00,"id":1234567890123456789,\n\n "name": "\\u00e9 \u00e9" } \r\n\n'
  const body = Buffer.from(text)
  await post(`${url}/exact`, body, { headers: [...JSON_LINES, 'Content-Length', String(body.length)] })
  await requestRows(page).filter({ hasText: '/exact' }).click()

  const raw = await show(page, 'Raw')
  await expect(raw).toContainText('1234567890123456789')
  await raw.evaluate((region) => globalThis.getSelection()?.selectAllChildren(region))
  await page.keyboard.press('ControlOrMeta+c')
  expect(await app.electron.evaluate(({ clipboard }) => clipboard.readText())).toBe(text)

  const hex = await show(page, 'Hex')
  await expect.poll(async () => (await drawnBytes(hex)).size).toBe(body.length)
  const drawn = await drawnBytes(hex)
  expect(Buffer.from(Array.from(body, (_, offset) => drawn.get(offset) ?? 0)).equals(body)).toBe(true)

  const pretty = await show(page, 'Pretty')
  await expect(pretty).toContainText('1.00')
  await expect(pretty).toContainText('1234567890123456789')
  await expect(pretty).toContainText('\\u00e9 \u00e9')
})

test('15 a body of 25 MB is received, stored, shown by its stretches and forwarded; a larger one is 413 and a row', async ({
  startApp,
}) => {
  const target = await startLocalTarget()
  const page = await (await startApp()).page()
  const url = await inputUrl(page)
  await useTargets(page, [target.url])
  const body = noise(MAX_BODY_BYTES)
  const lines = ['Content-Type', 'application/octet-stream', 'Content-Length', String(body.length)]
  expect(await post(`${url}/large`, body, { headers: lines })).toMatchObject({ status: 200 })
  const row = requestRows(page).filter({ hasText: '/large' })
  await expect(row.getByText('200', { exact: true })).toBeVisible()
  expect(target.received.map((one) => sha256(one.body))).toEqual([sha256(body)])

  await row.click()
  const hex = page.getByRole('region', { name: 'Body, hex' })
  await expect.poll(async () => (await drawnBytes(hex)).get(255)).toBe(body[255])
  await hex.evaluate((region) => region.scrollTo({ top: region.scrollHeight }))
  const last = body.length - 1
  await expect.poll(async () => (await drawnBytes(hex)).get(last)).toBe(body[last])
  const [newest] = await ask(page, 'requests:list', { view: 'all', sourceId: null, text: '', before: null, limit: 10 })
  const stretch = await page.evaluate(
    async (address) => {
      const answer = await fetch(address, { headers: { range: 'bytes=262100-262200' } })
      return { status: answer.status, bytes: [...new Uint8Array(await answer.arrayBuffer())] }
    },
    bodyUrl(newest?.id ?? 0, 'request'),
  )
  expect(stretch).toEqual({ status: 206, bytes: [...body.subarray(262_100, 262_201)] })

  const larger = Buffer.alloc(body.length + 1)
  const refused = await post(`${url}/larger`, larger, { headers: ['Content-Length', String(larger.length)] })
  expect(refused.status).toBe(413)
  const rejected = requestRows(page).filter({ hasText: 'Rejected, 413' })
  await expect(rejected).toContainText('over the limit of 25 MB')
  expect(target.received).toHaveLength(1)
  await target.close()
})

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
