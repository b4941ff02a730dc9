import { runScript } from './setup/script.mjs'
import { setUpNode } from './setup/set-up.mjs'
import { runTool } from './setup/tools.mjs'

// npm run fix: what the linter can mend, then the format.
await runScript(async () => {
  const node24 = await setUpNode()
  const lint = await runTool(node24, 'oxlint', ['--fix'])
  const format = await runTool(node24, 'oxfmt', [])
  return lint.code || format.code
})
