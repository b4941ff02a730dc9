import { join } from 'node:path'
import { z } from 'zod'
import { Token } from '../../protocol/source.ts'
import { startRelayProcess, type Finished, type RelayProcess } from './relay-process.ts'

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
  ask(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown>
  /** Stops it as an operator does; resolves with its last words. */
  stop(): Promise<Finished>
  /** The same files, port, bucket and token again. */
  again(): Promise<FaultyRelay>
}

const ADMIN = 'an-admin-token-for-tests'
const Made = z.looseObject({ id: z.string() })

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

  async function ask(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
    const headers = { authorization: `Bearer ${ADMIN}`, 'content-type': 'application/json' }
    const answer = await fetch(`${url}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return JSON.parse(text)
  }

  async function makeWorld(): Promise<World> {
    const bucket = Made.parse(await ask('POST', '/v1/buckets', { name: 'ledger' })).id
    const input = Made.parse(await ask('POST', `/v1/buckets/${bucket}/inputs`, { name: 'github' })).id
    const token = Token.parse(await ask('POST', '/v1/tokens', { name: 'laptop', buckets: [bucket] }))
    return { bucket, input, token, port }
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
