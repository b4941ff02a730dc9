import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { RequestFilter } from '../../core/history/history.ts'
import { migrations } from '../../core/history/migrations/list.ts'
import type { SourceId } from '../../protocol/ids.ts'
import type { Context } from '../context.ts'
import { MARKS } from '../marks.ts'
import { startProcess, type BenchProcess } from '../process.ts'
import type { AgentCalls } from '../processes/agent.ts'
import type { BuilderCalls } from '../processes/history-builder.ts'
import type { Row } from '../row.ts'
import { median } from '../statistics.ts'
import { writeValue } from '../table.ts'
import { startAgent } from '../way.ts'

/** Rows that the window asks for at once. */
const PAGE_ROWS = 200
/** Raised when the builder makes other rows than before, or another file of them. */
const CONTENT_VERSION = 4

type Reading = {
  readonly name: string
  readonly filter: RequestFilter
  readonly before: number | null
  readonly mark: Row['mark']
  readonly notes: readonly string[]
}

/** How long the list of a large history takes, from the call in the app's main process to its answer. */
export async function measurePages(context: Context): Promise<readonly Row[]> {
  const rows = context.isQuick ? 100_000 : 1_000_000
  const folder = await builtHistory(context, rows)
  context.say(`pages of ${rows.toLocaleString('en-US')} rows`)
  const agent = await startAgent({ dataDir: folder, relay: null, targetUrl: null })
  const measured: Row[] = []
  for (const reading of readings(rows)) measured.push(await measureReading(context, agent, reading, rows))
  await agent.stop()
  return measured
}

function readings(rows: number): readonly Reading[] {
  const all = { view: 'all', sourceId: null, text: '' } as const
  return [
    { name: 'first page', filter: all, before: null, mark: MARKS.firstPage, notes: [] },
    { name: 'page in the middle', filter: all, before: Math.floor(rows / 2), mark: MARKS.firstPage, notes: [] },
    { name: 'failed ones', filter: { ...all, view: 'failed' }, before: null, mark: MARKS.filteredPage, notes: [] },
    {
      name: 'one source',
      filter: { ...all, sourceId: 2 as SourceId },
      before: null,
      mark: MARKS.filteredPage,
      notes: [],
    },
    { name: 'rare word', filter: { ...all, text: 'needle' }, before: null, mark: MARKS.rareWord, notes: [] },
    { name: 'common word', filter: { ...all, text: 'orders' }, before: null, mark: MARKS.commonWord, notes: [] },
  ]
}

async function measureReading(
  context: Context,
  agent: BenchProcess<AgentCalls>,
  reading: Reading,
  rows: number,
): Promise<Row> {
  const { filter, before } = reading
  const asked = { filter, before, limit: PAGE_ROWS }
  const first = await agent.ask('pages', { ...asked, times: 1 })
  const slow = (first.ms[0] ?? 0) > 200
  const times = slow ? 3 : context.isQuick ? 15 : 50
  const { ms, rows: found } = await agent.ask('pages', { ...asked, times })
  return {
    figure: `${reading.name} of ${PAGE_ROWS} at ${rows.toLocaleString('en-US')} rows`,
    unit: 'ms',
    baseline: null,
    ours: median(ms),
    ratio: null,
    mark: reading.mark,
    notes: [...reading.notes, `${found} rows; the first time ${writeValue(first.ms[0] ?? 0)} ms`],
  }
}

/** Builds the history once; it stays in the user's cache, outside of any checkout, for as long as the schema is the same. */
async function builtHistory(context: Context, rows: number): Promise<string> {
  const cache = join(homedir(), '.cache', 'creel', 'bench')
  const name = `history-${migrations.length}.${CONTENT_VERSION}-${rows}`
  const folder = join(cache, name)
  if (existsSync(join(folder, 'history.sqlite'))) return folder
  context.say(`building a history of ${rows.toLocaleString('en-US')} rows, once`)
  mkdirSync(folder, { recursive: true })
  const builder = startProcess<BuilderCalls>(new URL('../processes/history-builder.ts', import.meta.url))
  await builder.ready
  const file = join(folder, `building-${process.pid}.sqlite`)
  await builder.ask('build', { file, rows })
  await builder.stop()
  // Under its name only when it is whole.
  renameSync(file, join(folder, 'history.sqlite'))
  // Each of them is as large.
  for (const other of readdirSync(cache)) {
    if (other.endsWith(`-${rows}`) && other !== name) rmSync(join(cache, other), { recursive: true })
  }
  return folder
}
