import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { Token } from '../../protocol/source.ts'
import { relayConfig } from '../../relay/config.ts'
import { type RunningRelay, startRelay } from '../../relay/server.ts'
import type { BucketSettings } from '../../relay/store/store.ts'

/** A relay of somebody's own, with one bucket, one input and one token to it. */
export type StandaloneRelay = {
  readonly url: string
  readonly bucket: string
  /** Where this computer posts to, whatever URL the relay tells of. */
  readonly inputUrl: string
  readonly token: Token
  readonly relay: RunningRelay
  revoke(): Promise<void>
  /** The same files and port again. */
  restart(): Promise<void>
  stop(): Promise<void>
}

const Made = z.looseObject({ id: z.string() })
const MadeInput = z.looseObject({ id: z.string(), url: z.string() })

export async function startStandaloneRelay(
  options: {
    /** As an administrator gives them, secrets included. */
    readonly inputSettings?: object
    readonly bucketSettings?: BucketSettings
    readonly bucketName?: string
    readonly publicUrl?: string
    readonly port?: number
  } = {},
): Promise<StandaloneRelay> {
  const dataDir = await mkdtemp(join(tmpdir(), 'creel-relay-'))
  const publicUrl = options.publicUrl ?? null
  const start = (port: number) => startRelay(relayConfig({ dataDir, port, publicUrl, logLevel: 'silent' }))
  let relay = await start(options.port ?? 0)
  const ask = async (method: 'POST' | 'DELETE', path: string, body?: object): Promise<unknown> => {
    const answer = await relay.inject(body === undefined ? { method, path } : { method, path, body })
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  const bucket = Made.parse(
    await ask('POST', '/v1/buckets', { name: options.bucketName ?? 'ledger', settings: options.bucketSettings ?? {} }),
  ).id
  const input = MadeInput.parse(
    await ask('POST', `/v1/buckets/${bucket}/inputs`, { name: 'github', settings: options.inputSettings ?? {} }),
  )
  const token = Token.parse(await ask('POST', '/v1/tokens', { name: 'laptop', buckets: [bucket] }))
  const url = `http://127.0.0.1:${relay.port}`
  return {
    url,
    bucket,
    inputUrl: `${url}/in/${input.id}`,
    token,
    get relay() {
      return relay
    },
    async revoke() {
      await ask('DELETE', `/v1/tokens/${token.key}`)
    },
    async restart() {
      const { port } = relay
      await relay.stop()
      relay = await start(port)
    },
    async stop() {
      await relay.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
