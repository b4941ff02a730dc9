import { pack } from './package/pack.mjs'
import { measurePackages, megabytes, weighArchive, writeSize } from './package/sizes.mjs'
import { prepareElectron } from './setup/electron.mjs'
import { runScript } from './setup/script.mjs'
import { setUpNode } from './setup/set-up.mjs'
import { runTool } from './setup/tools.mjs'

// npm run package [-- --dir, or other options of electron-builder]: builds, then makes what electron-builder.yml says into release/.
// --dir makes a folder that runs, and no installers. Says what it weighs.
await runScript(async () => {
  const node24 = await setUpNode()
  const electron = await prepareElectron(node24)
  const built = await runTool(node24, 'electron-vite', ['build', '--logLevel', 'warn'])
  if (built.code !== 0) return built.code
  const code = await pack(node24, electron, process.argv.slice(2))
  if (code !== 0) return code
  for (const size of await measurePackages()) {
    process.stdout.write(`${writeSize(size)}\n`)
    for (const [place, bytes] of await weighArchive(size.asar)) {
      process.stdout.write(`  ${megabytes(bytes).padStart(9)}  ${place}\n`)
    }
  }
  return 0
})
