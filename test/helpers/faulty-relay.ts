import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import type { Token } from '../../protocol/source.ts'
import { eventually } from './eventually.ts'
import type { Sender } from './faulty-sender.ts'
import { report } from './ledger.ts'
import { ADMIN, administer, type RelayAdministration } from './relay-administration.ts'
import { startRelayProcess, type Finished, type RelayProcess } from './relay-process.ts'
import { startClient, type TestClient } from './start-client.ts'

/** A relay in a process of its own, over a folder that a test makes trouble in. */
export type FaultyRelay = {
  readonly url: string
  readonly port: number
  readonly process: RelayProcess
  /** Its database. */
  readonly file: string
  readonly bucket: string
  readonly inputUrl: string
  readonly token: Token
  /** What the operators' port says of its readiness. */
  ready(): Promise<{ readonly status: number; readonly text: string }>
  readonly ask: RelayAdministration['ask']
  /** Stops it as an operator does; resolves with its last words. */
  stop(): Promise<Finished>
  /** The same files, port, bucket and token again. */
  again(): Promise<FaultyRelay>
}

type World = Pick<FaultyRelay, 'bucket' | 'token'> & { readonly input: string; readonly port: number }

export type FaultyRelayWishes = { readonly dataDir: string; readonly env?: Readonly<Record<string, string>> }

/** Starts the program alone, as far as it comes. */
export function startRelayIn(wishes: FaultyRelayWishes, port = 0): RelayProcess {
  return startRelayProcess(['cli/main.ts', 'relay'], {
    CREEL_PORT: String(port),
    CREEL_OPS_PORT: '0',
    CREEL_DATA_DIR: wishes.dataDir,
    CREEL_ADMIN_TOKEN: ADMIN,
    ...wishes.env,
  })
}

/** Starts it, and makes a bucket with an input and a token the first time. */
export async function startFaultyRelay(wishes: FaultyRelayWishes, known?: World): Promise<FaultyRelay> {
  const process = startRelayIn(wishes, known?.port)
  const { url, port, ops } = await process.up()

  const { ask, newBucket, newInput, newToken } = administer(url)

  async function makeWorld(): Promise<World> {
    const bucket = await newBucket('ledger')
    return { bucket, input: await newInput(bucket), token: await newToken([bucket]), port }
  }

  const world = known ?? (await makeWorld())
  return {
    url,
    port,
    process,
    file: join(wishes.dataDir, 'relay.sqlite'),
    bucket: world.bucket,
    token: world.token,
    inputUrl: `${url}/in/${world.input}`,
    ask,
    async ready() {
      const answer = await fetch(`${ops}/ready`)
      return { status: answer.status, text: await answer.text() }
    },
    stop() {
      process.child.kill('SIGTERM')
      return process.finished
    },
    again: () => startFaultyRelay(wishes, world),
  }
}

/** An agent of it, until the test ends. */
export function agentOf(relay: Pick<FaultyRelay, 'url' | 'token'>): TestClient {
  const agent = startClient({ relayUrl: relay.url, token: relay.token })
  onTestFinished(() => agent.client.stop())
  return agent
}

/** All that was accepted has come to the agent, once, in order, and as it was sent. */
export async function expectAllArrive(deed: string, sender: Sender, agent: TestClient): Promise<void> {
  await eventually(() => expect(sender.ledgerOf(agent.sink.stored).lost).toBe(0))
  const ledger = sender.ledgerOf(agent.sink.stored)
  report(deed, ledger)
  expect(ledger).toMatchObject({ arrived: sender.accepted.length, twice: 0, lost: 0, altered: 0 })
  const seqs = agent.sink.stored.map(({ head }) => head.seq)
  expect(seqs).toEqual(seqs.toSorted((one, other) => one - other))
}
