import { say } from './setup/say.mjs'
import { runScript } from './setup/script.mjs'
import { setUpApp } from './setup/set-up.mjs'

// npm run setup [-- --again]: installs what is missing. --again asks for the official Electron even where it failed before.
await runScript(async () => {
  const { electron, node24 } = await setUpApp({
    again: process.argv.includes('--again'),
    display: process.platform === 'linux',
  })
  say(`ready: Electron ${electron.version} (${electron.kind}), Node 24 at ${node24}`)
  return 0
})
