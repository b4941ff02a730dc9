import { join } from 'node:path'
import { ROOT } from './setup/places.mjs'
import { run } from './setup/run.mjs'
import { runScript } from './setup/script.mjs'
import { setUpNode } from './setup/set-up.mjs'

// npm run relay [-- options]: the same as `creel relay`, a relay as a server of its own; Node 24 runs its TypeScript as it is.
await runScript(async () => {
  const node24 = await setUpNode()
  // These are set-up's; the relay would warn of settings that it does not know.
  const env = { CREEL_CACHE_DIR: undefined, CREEL_ELECTRON: undefined }
  const args = [join(ROOT, 'cli/main.ts'), 'relay', ...process.argv.slice(2)]
  // How long uploads that were begun may take is one of its own settings.
  return (await run(node24, args, { env, graceMs: null })).code
})
