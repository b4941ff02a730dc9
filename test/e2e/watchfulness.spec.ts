import type { Page } from '@playwright/test'
import { test } from '../helpers/creel-app.ts'
import { ask, inputUrl } from '../helpers/window.ts'

// What every other test relies on: whatever any process complains of is noticed, and fails the test it came in unless that expects it.

/** Main answers in order: what the page reported before this question is in the log after it. */
async function reported(page: Page): Promise<void> {
  await ask(page, 'app:snapshot', {})
}

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
    const told = new Promise((resolve) => document.addEventListener('securitypolicyviolation', resolve, { once: true }))
    const style = document.createElement('style')
    style.textContent = 'body { outline: 1px solid }'
    document.head.append(style)
    return told.then(() => undefined)
  })
  await reported(page)
})

test('an error and a rejection that the page does not hear are noticed', async ({ startApp, expectedProblems }) => {
  expectedProblems.push(/^page: .*unheard/, /^log: .*"kind":"error".*unheard/, /^log: .*"kind":"rejection".*unheard/)
  const page = await (await startApp()).page()
  await inputUrl(page)
  await page.evaluate(() => {
    const once = (name: string) => new Promise((resolve) => window.addEventListener(name, resolve, { once: true }))
    const told = Promise.all([once('error'), once('unhandledrejection')])
    setTimeout(() => {
      throw new Error('unheard')
    })
    void Promise.reject(new Error('unheard'))
    return told.then(() => undefined)
  })
  await reported(page)
})

test('a promise that main rejects unheard is noticed', async ({ startApp, expectedProblems }) => {
  expectedProblems.push(/^log: .*"level":60.*unheard/)
  const app = await startApp()
  await inputUrl(await app.page())
  await app.electron.evaluate(() => {
    void Promise.reject(new Error('unheard'))
  })
})
