import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { MIB } from '../protocol/limits.ts'
import { killApps } from './app.ts'
import { createContext } from './context.ts'
import { FIGURES } from './figures.ts'
import { describeMachine } from './machine.ts'
import { judge, MARKS } from './marks.ts'
import { killEverything } from './process.ts'
import type { Row } from './row.ts'
import { writeTable } from './table.ts'
import { touchMemory } from './touched-memory.ts'

// docs/performance.md says how to run this and how to read what it prints.
const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    json: { type: 'string', default: 'test-results/bench.json' },
  },
})
const unknown = options.only.filter((name) => !FIGURES.some((figure) => figure.name === name))
if (unknown.length > 0) {
  process.stderr.write(
    `No figure is named ${unknown.join(', ')}. There are ${FIGURES.map(({ name }) => name).join(', ')}.\n`,
  )
  process.exit(2)
}

const context = createContext(options.quick)
function leave(): void {
  killEverything()
  killApps()
  context.clean()
}
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.once(signal, () => {
    leave()
    process.exit(code)
  })
}

const machine = describeMachine()
context.say('touching the memory that the figures take')
const memory = await touchMemory(options.quick)
const rows: Row[] = []
for (const { name, measure } of FIGURES) {
  if (options.only.length > 0 && !options.only.includes(name)) continue
  try {
    rows.push(...(await measure(context)))
  } catch (error) {
    // The others are still worth having; the exit code tells that the bench broke.
    process.exitCode = 1
    killEverything()
    killApps()
    const why = error instanceof Error ? error.message : String(error)
    context.say(`${name}: ${error instanceof Error ? (error.stack ?? why) : why}`)
    rows.push({
      figure: name,
      unit: 'per s',
      baseline: null,
      ours: null,
      ratio: null,
      mark: MARKS.shown,
      notes: [firstLine(why)],
    })
  }
}
leave()

const { versions, cpu, cores, loadAverage, date } = machine
const told = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
process.stdout.write(
  `${writeTable(rows)}\n\n${date}, ${told.join(', ')}; ${cores} x ${cpu}; load ${loadAverage.map((load) => load.toFixed(1)).join(' ')}\n${tellMemory()}\n`,
)

const file = resolve(options.json)
mkdirSync(dirname(file), { recursive: true })
const judged = rows.map((row) => ({ ...row, verdict: judge(row) }))
writeFileSync(file, `${JSON.stringify({ machine, memory, quick: options.quick, rows: judged }, null, 2)}\n`)

function tellMemory(): string {
  const gibibytes = (bytes: number): string => (bytes / (1024 * MIB)).toFixed(1)
  return 'problem' in memory
    ? `memory not touched before: ${memory.problem}`
    : `${gibibytes(memory.freeBytes)} GiB of free memory touched before, at ${gibibytes(memory.bytesPerSecond)} GiB/s`
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}
