import { gzipSync } from 'node:zlib'
import { expect, test } from '../helpers/creel-app.ts'
import { post } from '../helpers/post.ts'
import { inputUrl, requestRows } from '../helpers/window.ts'

test('33 a request is found by words of its path, headers and body as soon as it is there', async ({ startApp }) => {
  const app = await startApp()
  const page = await app.page()
  const url = await inputUrl(page)
  await post(`${url}/orders`, String.raw`{"customer":"Zo\u00eb Duvall","id":"cus_Nff1x"}`)
  await post(`${url}/caf%C3%A9`, 'text=blue+whale&payload=%7B%22deep%22%3A1%7D', {
    headers: ['content-type', 'application/x-www-form-urlencoded', 'x-trace', 'trace-4711'],
  })
  await post(`${url}/packed`, gzipSync('{"secret":"walrus"}'), {
    headers: ['content-type', 'application/json', 'content-encoding', 'gzip'],
  })
  const rows = requestRows(page)
  await expect(rows).toHaveCount(3)

  const search = page.getByRole('searchbox', { name: 'Search requests' })
  const finds = async (text: string, path: string | null): Promise<void> => {
    await search.fill(text)
    await expect(rows, text).toHaveCount(path === null ? 0 : 1)
    if (path !== null) await expect(rows, text).toContainText(path)
  }
  const all = [
    ['zoë duv', '/orders'],
    ['cus_nff', '/orders'],
    ['"blue whale"', '/caf'],
    ['café', '/caf'],
    ['4711', '/caf'],
    ['walrus', '/packed'],
    ['walrus whale', null],
  ] as const
  for (const [text, path] of all) await finds(text, path)
  await expect(page.getByText('3 requests searched.')).toBeVisible()

  await search.fill('walrus')
  await expect(rows).toHaveCount(1)
  await post(`${url}/again`, '{"another":"walrus"}')
  await expect(rows).toHaveCount(2)
})
