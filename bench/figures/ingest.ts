import { join } from 'node:path'
import type { Context } from '../context.ts'
import { MARKS } from '../marks.ts'
import { startProcess, type BenchProcess } from '../process.ts'
import type { ServerCalls } from '../processes/bare-server.ts'
import type { LoadCalls } from '../processes/load.ts'
import { startRelay, type RelayProgram } from '../relay.ts'
import { bundleRelay } from '../relay-bundle.ts'
import type { Row } from '../row.ts'
import { median, medianRatio } from '../statistics.ts'
import { ROOM } from '../way.ts'

/** Until V8 has compiled what is on the way, a relay costs half as much again. */
const WARM_UP_REQUESTS = 15_000

type Turn = { readonly perSecond: number; readonly cpuMicros: number; readonly refused: number }
type Server = {
  readonly process: Pick<BenchProcess<never>, 'usage'>
  readonly port: number
  readonly path: string
}

/**
 * Durable ingest beside H: a relay that has every request on disk before it answers, and a server that only answers. Beside both the least server that keeps
 * what it answers tells how much of the way between them is SQLite's and the disk's.
 */
export async function measureIngest(context: Context): Promise<readonly Row[]> {
  const load = startProcess<LoadCalls>(new URL('../processes/load.ts', import.meta.url))
  await load.ready
  const program = await bundleRelay()
  const rows: Row[] = []
  for (const connections of [32, 256]) rows.push(...(await measureAt(context, load, program, connections)))
  await load.stop()
  return rows
}

async function measureAt(
  context: Context,
  load: BenchProcess<LoadCalls>,
  program: RelayProgram,
  connections: number,
): Promise<readonly Row[]> {
  const relay = await startRelay(context, { env: ROOM, program })
  const folder = context.newFolder('bare-store')
  const server = startProcess<ServerCalls>(new URL('../processes/bare-server.ts', import.meta.url))
  const store = startProcess<ServerCalls>(new URL('../processes/bare-store.ts', import.meta.url), {
    args: [join(folder, 'bare.sqlite')],
  })
  await Promise.all([server.ready, store.ready])
  const ours: Turn[] = []
  const bare: Turn[] = []
  const stored: Turn[] = []
  try {
    const path = '/in/bare'
    // H and ours one right after the other: a host's own speed shifts within seconds, and what the bare store leaves to the disk is no part of ours.
    const doors: readonly (readonly [Turn[], Server])[] = [
      [stored, { process: store, port: await store.ask('port', null), path }],
      [bare, { process: server, port: await server.ask('port', null), path }],
      [ours, { process: relay.process, port: relay.port, path: relay.inputPath }],
    ]
    for (const [, door] of doors) await pressAt(load, door, connections, { seconds: 20, requests: WARM_UP_REQUESTS })
    const limit = { seconds: context.isQuick ? 1.5 : 5, requests: 200_000 }
    for (let round = 0; round < context.rounds; round += 1) {
      context.say(`ingest at ${connections} connections, round ${round + 1} of ${context.rounds}`)
      for (const [turns, door] of doors) turns.push(await pressAt(load, door, connections, limit))
    }
  } finally {
    await Promise.all([server.stop(), store.stop(), relay.stop()])
    context.removeFolder(folder)
  }
  return toRows(connections, { ours, bare, stored })
}

async function pressAt(
  load: BenchProcess<LoadCalls>,
  server: Server,
  connections: number,
  limit: { readonly seconds: number; readonly requests: number },
): Promise<Turn> {
  const before = await server.process.usage()
  const { port, path } = server
  const pressed = await load.ask('press', { port, path, connections, firstNumber: 0, bodyBytes: null, ...limit })
  const after = await server.process.usage()
  return {
    perSecond: (pressed.accepted / (pressed.endedAt - pressed.beganAt)) * 1000,
    cpuMicros: ((after.cpuMs - before.cpuMs) / pressed.accepted) * 1000,
    refused: pressed.sent - pressed.accepted,
  }
}

function toRows(connections: number, turns: Readonly<Record<'ours' | 'bare' | 'stored', readonly Turn[]>>): Row[] {
  const { ours, bare, stored } = turns
  const refused = ours.reduce((sum, turn) => sum + turn.refused, 0)
  const row = (
    figure: string,
    beside: { readonly name: string; readonly turns: readonly Turn[] },
    unit: Row['unit'],
    of: (turn: Turn) => number,
    mark: Row['mark'],
  ): Row => ({
    figure: `${figure}, ${connections} connections`,
    unit,
    baseline: { name: beside.name, value: median(beside.turns.map(of)) },
    ours: median(ours.map(of)),
    ratio: medianRatio(ours.map(of), beside.turns.map(of)),
    mark,
    notes: refused === 0 ? [] : [`${refused} requests were not accepted`],
  })
  const h = { name: 'H', turns: bare }
  const rate = (turn: Turn) => turn.perSecond
  return [
    row('durable ingest', h, 'per s', rate, MARKS.ingest),
    row(
      'durable ingest beside the least that stores',
      { name: 'bare store', turns: stored },
      'per s',
      rate,
      MARKS.shown,
    ),
    row('CPU of the relay per ingested request', h, 'µs', (turn) => turn.cpuMicros, MARKS.shown),
  ]
}
