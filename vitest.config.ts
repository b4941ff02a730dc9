import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

/**
 * Threads under test are started from their sources, and Node takes the types out with WebAssembly in each of them: slow, and now and then V8 ends the process
 * over it (a wrapper that is compiled anew while another thread's module goes away). What was taken out once is kept here instead.
 */
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('node_modules/.cache/node', import.meta.url))

/** One project a kind of test, so that `--project unit` stays quick. All run on Node 24 (see scripts/test.mjs). */
export default defineConfig({
  test: {
    allowOnly: false,
    passWithNoTests: true,
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      { plugins: [react()], test: { name: 'unit', include: ['test/unit/**/*.test.{ts,tsx}'], testTimeout: 30_000 } },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'proof',
          include: ['test/proof/**/*.test.ts'],
          // The long form of `npm run soak` takes its time.
          testTimeout: process.env['CREEL_SOAK'] === '1' ? 1_800_000 : 120_000,
          hookTimeout: 30_000,
        },
      },
      { test: { name: 'contract', include: ['test/contract/**/*.test.ts'], testTimeout: 30_000, hookTimeout: 30_000 } },
    ],
  },
})
