import { join } from 'node:path'
import { z } from 'zod'
import { watchMemory, type MemoryWatch } from '../../helpers/memory-watch.ts'
import { startRelayProcess, type RelayProcess } from '../../helpers/relay-process.ts'
import { temporaryFolder } from '../../helpers/running-relay.ts'

const ADMIN = 'an-admin-token-for-tests'
const Made = z.looseObject({ id: z.string() })
const MadeToken = z.looseObject({ key: z.string(), secret: z.string() })
const Status = z.looseObject({ uncommittedBytes: z.number(), items: z.number() })

/** A relay in a process of its own, so that its memory is its own too. Ends with the test. */
export type BigRelay = {
  readonly url: string
  readonly port: number
  readonly process: RelayProcess
  readonly memory: MemoryWatch
  newBucket(settings?: object): Promise<string>
  /** Answers the path to post to. */
  newInput(bucket: string): Promise<string>
  newToken(buckets: readonly string[]): Promise<{ readonly key: string; readonly secret: string }>
  status(): Promise<z.infer<typeof Status>>
}

export async function startBigRelay(env: Readonly<Record<string, string>> = {}): Promise<BigRelay> {
  const relay = startRelayProcess(['cli/main.ts', 'relay'], {
    CREEL_PORT: '0',
    CREEL_OPS_PORT: '0',
    CREEL_DATA_DIR: join(await temporaryFolder(), 'data'),
    CREEL_ADMIN_TOKEN: ADMIN,
    CREEL_LOG_LEVEL: 'info',
    ...env,
  })
  const { url, port, ops } = await relay.up()
  const { pid } = relay.child
  if (ops === null || pid === undefined) throw new Error('The relay has no metrics.')

  async function ask(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${ADMIN}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }

  return {
    url,
    port,
    process: relay,
    memory: watchMemory(pid, ops),
    newBucket: async (settings = {}) => Made.parse(await ask('POST', '/v1/buckets', { name: 'a bucket', settings })).id,
    newInput: async (bucket) => `/in/${Made.parse(await ask('POST', `/v1/buckets/${bucket}/inputs`, {})).id}`,
    newToken: async (buckets) => MadeToken.parse(await ask('POST', '/v1/tokens', { name: 'a token', buckets })),
    status: async () => Status.parse(await ask('GET', '/v1/status')),
  }
}
