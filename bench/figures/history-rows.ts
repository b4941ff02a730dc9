import { join } from 'node:path'
import { WINDOW_ITEMS } from '../../protocol/limits.ts'
import type { Context } from '../context.ts'
import { openIndexLag } from '../index-lag.ts'
import { MARKS } from '../marks.ts'
import { startProcess } from '../process.ts'
import type { InsertCalls } from '../processes/bare-insert.ts'
import type { FeederCalls } from '../processes/feeder.ts'
import type { Row } from '../row.ts'
import { median, medianRatio } from '../statistics.ts'
import { writeValue } from '../table.ts'
import { isConnected, startAgent } from '../way.ts'

/** As many as V8 takes to compile what is on the way; a quick run has no time for so many. */
const WARM_UP_ROWS = { full: 20_000, quick: 5_000 }

/** How fast the app puts what comes over its socket into the history, beside SQLite alone. */
export async function measureHistoryRows(context: Context): Promise<readonly Row[]> {
  const feeder = startProcess<FeederCalls>(new URL('../processes/feeder.ts', import.meta.url))
  const bare = startProcess<InsertCalls>(new URL('../processes/bare-insert.ts', import.meta.url))
  await Promise.all([feeder.ready, bare.ready])
  const dataDir = context.newFolder('agent')
  const url = `http://127.0.0.1:${await feeder.ask('port', null)}`
  // Tokens of the form that the app takes; this relay does not look at them.
  const token = { key: 'crk_feeder', secret: `crs_${'0'.repeat(43)}` }
  const agent = await startAgent({ dataDir, relay: { url, token }, targetUrl: null })
  await isConnected(agent)

  const insert = async (rows: number): Promise<number> => {
    const folder = context.newFolder('insert')
    const ms = await bare.ask('insert', { file: join(folder, 'bare.sqlite'), rows, rowsPerCommit: WINDOW_ITEMS })
    context.removeFolder(folder)
    return (rows / ms) * 1000
  }
  const store = async (items: number): Promise<number> => (items / (await feeder.ask('feed', { items })).ms) * 1000

  const index = openIndexLag(join(dataDir, 'history.sqlite'))
  const warmUp = context.isQuick ? WARM_UP_ROWS.quick : WARM_UP_ROWS.full
  await insert(warmUp)
  await store(warmUp)
  const rows = context.isQuick ? 10_000 : 40_000
  const behind: number[] = []
  const seconds: number[] = []
  const ours: number[] = []
  const baseline: number[] = []
  for (let round = 0; round < context.rounds; round += 1) {
    // The rest of the round before is no part of this one.
    await index.caughtUp()
    context.say(`history rows, round ${round + 1} of ${context.rounds}`)
    baseline.push(await insert(rows))
    ours.push(await store(rows))
    behind.push(index.behind())
    seconds.push(await index.caughtUp())
  }
  index.close()
  await Promise.all([feeder.stop(), bare.stop(), agent.stop()])
  context.removeFolder(dataDir)
  return [
    {
      figure: 'history: rows stored from the socket and acknowledged',
      unit: 'per s',
      baseline: { name: 'insert loop', value: median(baseline) },
      ours: median(ours),
      ratio: medianRatio(ours, baseline),
      mark: MARKS.historyRows,
      notes: [
        `the loop commits ${WINDOW_ITEMS} rows at once, as many as may be on their way to the app`,
        `words are indexed behind: of ${rows.toLocaleString('en-US')} rows ${Math.round(median(behind)).toLocaleString('en-US')} were left at the end, the last was indexed ${writeValue(median(seconds))} s later`,
      ],
    },
  ]
}
