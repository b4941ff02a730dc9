import { hasDisplay, runOnOwnDisplay } from './setup/display.mjs'
import { isStopping, run } from './setup/run.mjs'
import { say } from './setup/say.mjs'
import { runScript } from './setup/script.mjs'
import { setUpApp } from './setup/set-up.mjs'
import { toolPath } from './setup/tools.mjs'

// npm run dev: the app with its window reloading as files are saved.
await runScript(async () => {
  const visible = hasDisplay()
  const { args, electron, env, node24 } = await setUpApp({ display: !visible })
  if (!visible) say('there is no display: the app runs under Xvfb, unseen. Ctrl-C stops it')
  const words = [await toolPath('electron-vite'), 'dev', '--watch', '--', ...args, ...process.argv.slice(2)]
  const { code } = await (visible ? run : runOnOwnDisplay)(node24, words, {
    env: { ...env, ELECTRON_EXEC_PATH: electron.executable },
  })
  return isStopping() ? 0 : code
})
