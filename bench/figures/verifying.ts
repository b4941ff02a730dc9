import type { Context } from '../context.ts'
import { MARKS } from '../marks.ts'
import { startProcess } from '../process.ts'
import type { VerifyingCalls } from '../processes/verifying.ts'
import type { Row } from '../row.ts'
import { median, medianRatio } from '../statistics.ts'

const SCHEMES = ['github', 'stripe', 'slack', 'shopify', 'standard-webhooks'] as const

/** Verifying the signature of a 2 KB body, beside the HMAC that cannot be avoided. */
export async function measureVerifying(context: Context): Promise<readonly Row[]> {
  const process = startProcess<VerifyingCalls>(new URL('../processes/verifying.ts', import.meta.url))
  await process.ready
  context.say('verifying signatures')
  const rows: Row[] = []
  for (const scheme of SCHEMES) {
    await process.ask('time', { scheme, times: 20_000 })
    const turns = []
    for (let round = 0; round < context.rounds * 3; round += 1) {
      turns.push(await process.ask('time', { scheme, times: context.isQuick ? 10_000 : 30_000 }))
    }
    const ours = turns.map((turn) => turn.ours)
    const bare = turns.map((turn) => turn.bare)
    rows.push({
      figure: `verifying a 2 KB body, ${scheme}`,
      unit: 'µs',
      baseline: { name: 'createHmac', value: median(bare) },
      ours: median(ours),
      ratio: medianRatio(ours, bare),
      mark: MARKS.verifying,
      notes: [],
    })
  }
  await process.stop()
  return rows
}
