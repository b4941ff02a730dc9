import { join } from 'node:path'
import { ROOT } from './setup/places.mjs'
import { run } from './setup/run.mjs'
import { runScript } from './setup/script.mjs'
import { setUpApp } from './setup/set-up.mjs'

// npm run bench [-- --quick]: every figure beside its baseline, as one table and as JSON; docs/performance.md says how to read it.
await runScript(async () => {
  // Its window is opened on a display of its own.
  const { node24 } = await setUpApp({ display: process.platform === 'linux' })
  return (await run(node24, [join(ROOT, 'bench/main.ts'), ...process.argv.slice(2)])).code
})
