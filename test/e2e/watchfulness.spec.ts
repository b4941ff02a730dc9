import { test } from '../helpers/creel-app.ts'
import { inputUrl } from '../helpers/window.ts'

// What every other test relies on: whatever any process complains of is noticed, and fails the test it came in unless that expects it.

test('a console error is noticed', async ({ startApp, expectedProblems }) => {
  expectedProblems.push(/^console: heard/)
  const page = await (await startApp()).page()
  await inputUrl(page)
  await page.evaluate(() => Reflect.get(globalThis, 'console').error('heard'))
})

test('a violation of the content security policy is noticed', async ({ startApp, expectedProblems }) => {
  expectedProblems.push(/^console: .*Content Security Policy/, /^log: .*"kind":"csp"/)
  const page = await (await startApp()).page()
  await inputUrl(page)
  await page.evaluate(() => {
    const style = document.createElement('style')
    style.textContent = 'body { outline: 1px solid }'
    document.head.append(style)
  })
})

test('an error and a rejection that the page does not hear are noticed', async ({ startApp, expectedProblems }) => {
  expectedProblems.push(/^page: .*unheard/, /^log: .*"kind":"error".*unheard/, /^log: .*"kind":"rejection".*unheard/)
  const page = await (await startApp()).page()
  await inputUrl(page)
  await page.evaluate(() => {
    setTimeout(() => {
      throw new Error('unheard')
    })
    void Promise.reject(new Error('unheard'))
  })
})

test('a promise that main rejects unheard is noticed', async ({ startApp, expectedProblems }) => {
  expectedProblems.push(/^log: .*"level":60.*unheard/)
  const app = await startApp()
  await inputUrl(await app.page())
  await app.electron.evaluate(() => {
    void Promise.reject(new Error('unheard'))
  })
})
