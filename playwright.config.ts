import { defineConfig } from '@playwright/test'

/** Runs on what the step `package` made. */
const PACKAGED = '**/packaged.spec.ts'

/** The real app on the real Electron. Run it through scripts/ (`npm run test:e2e`): they set up the runtime, display and session bus. */
export default defineConfig({
  forbidOnly: true,
  fullyParallel: true,
  // A build server's neighbours can starve an app for longer than any limit; what needed its second try is named as flaky in the output.
  retries: process.env['CI'] === 'true' ? 1 : 0,
  timeout: 60_000,
  // Two apps, a relay and a display share a build server's two cores.
  expect: { timeout: 15_000 },
  workers: 2,
  outputDir: 'test-results/playwright',
  use: { trace: 'off', screenshot: 'off', video: 'off' },
  projects: [
    { name: 'e2e', testDir: 'test/e2e', testIgnore: PACKAGED },
    { name: 'packaged', testDir: 'test/e2e', testMatch: PACKAGED },
    { name: 'screenshots', testDir: 'test/screenshots' },
  ],
})
