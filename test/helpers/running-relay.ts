import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { DEFAULT_LIMITS, DEFAULT_TIMEOUTS, type RelayConfig, relayConfig } from '../../relay/config.ts'
import { type RunningRelay, startRelay } from '../../relay/server.ts'

const Made = z.looseObject({ id: z.string() })
const MadeInput = z.looseObject({ id: z.string(), url: z.string() })
const MadeToken = z.looseObject({ key: z.string(), secret: z.string() })

export type TestRelay = {
  readonly relay: RunningRelay
  readonly port: number
  readonly dataDir: string
  /** Asks the administration and insists on success. */
  ask(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<unknown>
  newBucket(settings?: object): Promise<string>
  newInput(bucket: string, settings?: object): Promise<{ id: string; url: string; path: string }>
  newToken(buckets: readonly string[]): Promise<{ key: string; secret: string }>
  /** What a bucket keeps, oldest first. */
  items(bucket: string): Promise<readonly z.infer<typeof Item>[]>
  body(bucket: string, id: string): Promise<Uint8Array>
}

const Item = z.looseObject({
  id: z.string(),
  seq: z.number(),
  kind: z.string(),
  input: z.string().nullable(),
  method: z.string(),
  target: z.string(),
  mountBytes: z.number(),
  headers: z.array(z.tuple([z.string(), z.string()])),
  trailers: z.array(z.tuple([z.string(), z.string()])),
  bodyBytes: z.number(),
  sha256: z.string(),
  rejected: z
    .object({ status: z.number(), reason: z.string(), bodyBytes: z.number().nullable(), count: z.number().optional() })
    .nullable(),
})

export type RelayWishes = Partial<Omit<RelayConfig, 'limits' | 'timeouts'>> & {
  readonly limits?: Partial<RelayConfig['limits']>
  readonly timeouts?: Partial<RelayConfig['timeouts']>
}

/** A folder that goes away with the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'creel-relay-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A real relay with a real store on a free port of the loopback, stopped with the test. */
export async function startTestRelay(wishes: RelayWishes = {}): Promise<TestRelay> {
  const dataDir = wishes.dataDir ?? (await temporaryFolder())
  const { limits, timeouts, ...rest } = wishes
  const relay = await startRelay(
    relayConfig({
      port: 0,
      logLevel: 'silent',
      ...rest,
      dataDir,
      limits: { ...DEFAULT_LIMITS, ...limits },
      timeouts: { ...DEFAULT_TIMEOUTS, ...timeouts },
    }),
  )
  onTestFinished(() => relay.stop())

  const ask: TestRelay['ask'] = async (method, path, body) => {
    const answer = await relay.inject({ method, path, body })
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  return {
    relay,
    port: relay.port,
    dataDir,
    ask,
    newBucket: async (settings = {}) => Made.parse(await ask('POST', '/v1/buckets', { name: 'a bucket', settings })).id,
    async newInput(bucket, settings = {}) {
      const input = MadeInput.parse(await ask('POST', `/v1/buckets/${bucket}/inputs`, { name: 'an input', settings }))
      return { ...input, path: `/in/${input.id}` }
    },
    newToken: async (buckets) => MadeToken.parse(await ask('POST', '/v1/tokens', { name: 'a token', buckets })),
    async items(bucket) {
      const page = z.object({ requests: z.array(Item) })
      return page.parse(await ask('GET', `/v1/buckets/${bucket}/requests?limit=500`)).requests.toReversed()
    },
    body: async (bucket, id) =>
      z
        .instanceof(Uint8Array)
        .parse((await ask('GET', `/v1/buckets/${bucket}/requests/${id}/body`)) ?? new Uint8Array()),
  }
}
