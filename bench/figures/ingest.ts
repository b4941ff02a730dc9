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

/** Durable ingest beside H: a relay that has every request on disk before it answers, and a server that only answers. */
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
  const server = startProcess<ServerCalls>(new URL('../processes/bare-server.ts', import.meta.url))
  await server.ready
  const ours: Turn[] = []
  const bare: Turn[] = []
  try {
    const port = await server.ask('port', null)
    const doors: readonly (readonly [Turn[], Server])[] = [
      [bare, { process: server, port, path: '/in/bare' }],
      [ours, { process: relay.process, port: relay.port, path: relay.inputPath }],
    ]
    for (const [, door] of doors) await pressAt(load, door, connections, { seconds: 20, requests: WARM_UP_REQUESTS })
    const limit = { seconds: context.isQuick ? 1.5 : 5, requests: 200_000 }
    for (let round = 0; round < context.rounds; round += 1) {
      context.say(`ingest at ${connections} connections, round ${round + 1} of ${context.rounds}`)
      for (const [turns, door] of doors) turns.push(await pressAt(load, door, connections, limit))
    }
  } finally {
    await server.stop()
    await relay.stop()
  }
  return toRows(connections, ours, bare)
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

function toRows(connections: number, ours: readonly Turn[], bare: readonly Turn[]): Row[] {
  const refused = ours.reduce((sum, turn) => sum + turn.refused, 0)
  const row = (figure: string, unit: Row['unit'], of: (turn: Turn) => number, mark: Row['mark']): Row => ({
    figure,
    unit,
    baseline: { name: 'H', value: median(bare.map(of)) },
    ours: median(ours.map(of)),
    ratio: medianRatio(ours.map(of), bare.map(of)),
    mark,
    notes: refused === 0 ? [] : [`${refused} requests were not accepted`],
  })
  return [
    row(`durable ingest, ${connections} connections`, 'per s', (turn) => turn.perSecond, MARKS.ingest),
    row(
      `CPU of the relay per ingested request, ${connections} connections`,
      'µs',
      (turn) => turn.cpuMicros,
      MARKS.shown,
    ),
  ]
}
