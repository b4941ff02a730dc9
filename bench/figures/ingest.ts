import type { Context } from '../context.ts'
import { MARKS } from '../marks.ts'
import { startProcess, type BenchProcess } from '../process.ts'
import type { ServerCalls } from '../processes/bare-server.ts'
import type { LoadCalls } from '../processes/load.ts'
import { startRelay } from '../relay.ts'
import type { Row } from '../row.ts'
import { median, medianRatio } from '../statistics.ts'
import { ROOM } from '../way.ts'

const WARM_UP_REQUESTS = 3_000

type Turn = { readonly perSecond: number; readonly cpuMicros: number; readonly refused: number }

/** Durable ingest beside H: a relay that has every request on disk before it answers, and a server that only answers. */
export async function measureIngest(context: Context): Promise<readonly Row[]> {
  const load = startProcess<LoadCalls>(new URL('../processes/load.ts', import.meta.url))
  await load.ready
  const rows: Row[] = []
  for (const connections of [32, 256]) {
    const ours: Turn[] = []
    const bare: Turn[] = []
    for (let round = 0; round < context.rounds; round += 1) {
      context.say(`ingest at ${connections} connections, round ${round + 1} of ${context.rounds}`)
      bare.push(await measureBare(context, load, connections))
      ours.push(await measureRelay(context, load, connections))
    }
    rows.push(...toRows(connections, ours, bare))
  }
  await load.stop()
  return rows
}

async function measureBare(context: Context, load: BenchProcess<LoadCalls>, connections: number): Promise<Turn> {
  const server = startProcess<ServerCalls>(new URL('../processes/bare-server.ts', import.meta.url))
  await server.ready
  try {
    return await measureTurn(context, load, server, {
      port: await server.ask('port', null),
      path: '/in/bare',
      connections,
    })
  } finally {
    await server.stop()
  }
}

async function measureRelay(context: Context, load: BenchProcess<LoadCalls>, connections: number): Promise<Turn> {
  const relay = await startRelay(context, { env: ROOM })
  try {
    return await measureTurn(context, load, relay.process, { port: relay.port, path: relay.inputPath, connections })
  } finally {
    await relay.stop()
  }
}

async function measureTurn(
  context: Context,
  load: BenchProcess<LoadCalls>,
  server: Pick<BenchProcess<never>, 'usage'>,
  to: { readonly port: number; readonly path: string; readonly connections: number },
): Promise<Turn> {
  const common = { ...to, firstNumber: 0, bodyBytes: null }
  await load.ask('press', { ...common, seconds: 10, requests: WARM_UP_REQUESTS })
  const before = await server.usage()
  const seconds = context.isQuick ? 1.5 : 6
  const pressed = await load.ask('press', { ...common, seconds, requests: 200_000 })
  const after = await server.usage()
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
