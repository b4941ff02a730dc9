import { isStopping } from './setup/run.mjs'
import { runScript } from './setup/script.mjs'
import { setUpApp, setUpNode } from './setup/set-up.mjs'
import { lastLine, total } from './test/count.mjs'
import { NEED_APP, parseWords, STEPS } from './test/steps.mjs'

// npm test: sets up and runs everything. node scripts/test.mjs unit lint [-- words for the last one]: only that.
// Goes on after a failing step, so that one run shows all there is to mend.
await runScript(async () => {
  // Some tools colour what no terminal shows once CI is set.
  if (!process.stdout.isTTY && !process.env['FORCE_COLOR']) process.env['NO_COLOR'] = '1'
  const { names, args } = parseWords(process.argv.slice(2))
  const needsApp = names.some((name) => NEED_APP.has(name))
  const node24 = needsApp ? (await setUpApp({ display: process.platform === 'linux' })).node24 : await setUpNode()

  const counts = []
  const lines = []
  for (const [index, name] of names.entries()) {
    if (isStopping()) return 130
    process.stdout.write(`\n── ${name}\n`)
    const started = performance.now()
    const count = await STEPS[name](node24, index === names.length - 1 ? args : [])
    counts.push(count)
    lines.push(`${name.padEnd(12)} ${lastLine(count)} (${((performance.now() - started) / 1000).toFixed(1)} s)`)
  }
  if (isStopping()) return 130
  const sum = total(counts)
  process.stdout.write(`\n${lines.join('\n')}\n\n${lastLine(sum)}\n`)
  return sum.failed === 0 ? 0 : 1
})
