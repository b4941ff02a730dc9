import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openSqliteStore } from '../../relay/store/sqlite/open.ts'
import type { Added, BucketSettings, NewItemHead, RelayStore } from '../../relay/store/store.ts'
import type { StreamTimes } from '../../relay/stream/stream-options.ts'
import { createStream, type Stream } from '../../relay/stream/websocket.ts'
import { finishUpload } from './finish-upload.ts'

export type StreamRelay = {
  readonly url: string
  readonly port: number
  readonly store: RelayStore
  readonly stream: Stream
  readonly bucketId: string
  readonly inputId: string
  readonly token: { readonly key: string; readonly secret: string }
  createToken(bucketIds: readonly string[]): Promise<{ readonly key: string; readonly secret: string }>
  /** Stores a request as a sender's would be; resolves after the commit. */
  add(body: Uint8Array, head?: Partial<NewItemHead>): Promise<Extract<Added, { kind: 'stored' }>>
  /** Ends everything; the files stay for a restart with `startStreamRelay({ dir, port })`. */
  stop(): Promise<void>
  readonly dir: string
}

const KEY = new Uint8Array(32).fill(7)

/** The relay's real store and stream behind the plainest server, with times that a test may shorten. */
export async function startStreamRelay(
  wanted: {
    readonly times?: Partial<StreamTimes>
    readonly settings?: BucketSettings
    readonly clockAheadMs?: number
    readonly dir?: string
    readonly port?: number
  } = {},
): Promise<StreamRelay> {
  const dir = wanted.dir ?? (await mkdtemp(path.join(tmpdir(), 'creel-stream-')))
  const now = (): number => Date.now() + (wanted.clockAheadMs ?? 0)
  const store = openSqliteStore({ file: path.join(dir, 'relay.db'), key: KEY, keyId: 'test', nativeBinding: null, now })
  const stream = createStream({
    store,
    relay: { name: 'creel', version: '0.0.0-test' },
    inputUrl: (id) => `http://127.0.0.1/in/${id}`,
    defaults: { maxAgents: 10, ttlMs: 604_800_000 },
    now,
    monotonic: () => performance.now(),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    ...(wanted.times ? { times: wanted.times } : {}),
  })
  const server = createServer()
  server.on('upgrade', (request, socket, head) => stream.handleUpgrade(request, socket, head))
  await new Promise<void>((resolve) => server.listen(wanted.port ?? 0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  const settings = wanted.settings ?? {}
  const bucket = store.admin.buckets()[0] ?? (await store.admin.createBucket({ name: 'Shop', settings }))
  const bucketId = bucket.id
  const input =
    store.admin.inputs(bucketId)[0] ?? (await store.admin.createInput({ bucketId, name: 'Stripe', settings: {} }))
  if (!input) throw new Error('The bucket is gone.')

  async function createToken(bucketIds: readonly string[]): Promise<{ key: string; secret: string }> {
    const key = `crk_${randomBytes(9).toString('base64url')}`
    const secret = `crs_${randomBytes(32).toString('base64url')}`
    const secretSha256 = createHash('sha256').update(secret).digest('hex')
    await store.admin.createToken({ key, secretSha256, name: 'test', bucketIds })
    return { key, secret }
  }

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    store,
    stream,
    bucketId,
    inputId: input.id,
    token: await createToken([bucketId]),
    createToken,
    async add(body, head) {
      const upload = store.intake.begin({
        bucketId,
        inputId: input.id,
        remote: '127.0.0.1',
        method: 'POST',
        target: `/in/${input.id}`,
        mountBytes: `/in/${input.id}`.length,
        headers: [],
        ...head,
      })
      if (!upload) throw new Error('The budget is used up.')
      for (let from = 0; from < body.length; from += 65_536) {
        if (upload.write(body.subarray(from, from + 65_536))) continue
        await new Promise<void>((resolve) => (upload.onDrain = resolve))
      }
      const added = await finishUpload(upload)
      if (added.kind !== 'stored') throw new Error(added.kind)
      return added
    },
    async stop() {
      await stream.closeAll('The test is over.', 0)
      await new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      })
      await store.close()
    },
    dir,
  }
}

export async function removeRelayFiles(relay: StreamRelay): Promise<void> {
  await rm(relay.dir, { recursive: true, force: true })
}
