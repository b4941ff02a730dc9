import { setUpApp } from './setup/set-up.mjs'
import { runScript } from './setup/script.mjs'
import { lastLine, total } from './test/count.mjs'
import { STEPS } from './test/steps.mjs'

// npm run soak: the proofs of test/proof and the crashes of the real app, at their full length, and ten minutes of random faults.
// CREEL_SOAK_SEED repeats a run's random choices, CREEL_SOAK_MINUTES changes how long the random faults go on.
await runScript(async () => {
  process.env['CREEL_SOAK'] = '1'
  const { node24 } = await setUpApp({ display: process.platform === 'linux' })
  const counts = [await STEPS.build(node24, []), await STEPS.proof(node24, process.argv.slice(2))]
  if (process.argv.length === 2) counts.push(await STEPS.e2e(node24, ['crash']))
  const sum = total(counts)
  process.stdout.write(`\n${lastLine(sum)}\n`)
  return sum.failed === 0 ? 0 : 1
})
