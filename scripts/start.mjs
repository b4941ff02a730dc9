import { hasDisplay, runOnOwnDisplay } from './setup/display.mjs'
import { isStopping, run } from './setup/run.mjs'
import { say } from './setup/say.mjs'
import { runScript } from './setup/script.mjs'
import { setUpApp } from './setup/set-up.mjs'
import { runTool } from './setup/tools.mjs'

// npm start [-- options of the app]: sets up, builds, opens the app.
await runScript(async () => {
  const visible = hasDisplay()
  const { app, args, electron, env, node24 } = await setUpApp({ display: !visible })
  const built = await runTool(node24, 'electron-vite', ['build', '--logLevel', 'warn'])
  if (built.code !== 0) return built.code
  if (isStopping()) return 0
  if (!visible) say('there is no display: the app runs under Xvfb, unseen. Ctrl-C stops it')
  const start = visible ? run : runOnOwnDisplay
  const { code } = await start(electron.executable, [...args, app, ...process.argv.slice(2)], { env })
  return isStopping() ? 0 : code
})
