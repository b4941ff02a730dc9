import { runScript } from './setup/script.mjs'
import { setUpNode } from './setup/set-up.mjs'
import { runTool } from './setup/tools.mjs'

// What npm pack runs first: the command `creel` as a bundle, into dist/cli.
await runScript(async () => {
  const words = ['build', '--config', 'vite.cli.config.ts', '--logLevel', 'warn']
  return (await runTool(await setUpNode(), 'vite', words)).code
})
