import { runScript } from './setup/script.mjs'
import { setUpNode } from './setup/set-up.mjs'
import { runTool } from './setup/tools.mjs'

// npm run build: out/main, out/preload, out/renderer.
await runScript(async () => (await runTool(await setUpNode(), 'electron-vite', ['build'])).code)
