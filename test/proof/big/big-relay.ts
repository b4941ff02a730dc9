import { join } from 'node:path'
import { z } from 'zod'
import { watchMemory, type MemoryWatch } from '../../helpers/memory-watch.ts'
import { ADMIN, administer, type RelayAdministration } from '../../helpers/relay-administration.ts'
import { startRelayProcess, type RelayProcess } from '../../helpers/relay-process.ts'
import { temporaryFolder } from '../../helpers/running-relay.ts'

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
  readonly newToken: RelayAdministration['newToken']
  status(): Promise<z.infer<typeof Status>>
}

export async function startBigRelay(env: Readonly<Record<string, string>> = {}): Promise<BigRelay> {
  const relay = startRelayProcess(['cli/main.ts', 'relay'], {
    CREEL_PORT: '0',
    CREEL_OPS_PORT: '0',
    CREEL_DATA_DIR: join(await temporaryFolder(), 'data'),
    CREEL_ADMIN_TOKEN: ADMIN,
    ...env,
  })
  const { url, port, ops } = await relay.up()
  const { pid } = relay.child
  if (ops === null || pid === undefined) throw new Error('The relay has no metrics.')

  const { ask, newBucket, newInput, newToken } = administer(url)
  return {
    url,
    port,
    process: relay,
    memory: watchMemory(pid, ops),
    newBucket: (settings) => newBucket('a bucket', settings),
    newInput: async (bucket) => `/in/${await newInput(bucket)}`,
    newToken,
    status: async () => Status.parse(await ask('GET', '/v1/status')),
  }
}
