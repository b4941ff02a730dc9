import { randomBytes } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { eventually } from '../helpers/eventually.ts'
import type { WebSocket } from 'ws'
import { encodeFrame, readFrame } from '../../protocol/request-frame.ts'
import { removeRelayFiles, startStreamRelay, type StreamRelay } from '../helpers/stream-relay.ts'

type Listen = (options: {
  readonly url: string
  readonly key: string
  readonly secret: string
  readonly subscription: string
  readonly onItem: (head: { readonly seq: number; readonly kind: string }, body: Buffer) => Promise<void>
}) => WebSocket

let relay: StreamRelay
let file: string | null = null

const readDocs = (): Promise<string> => readFile(path.join(import.meta.dirname, '../../docs/creel-v1.md'), 'utf8')

/** The agent that docs/creel-v1.md ends with, as it stands there. */
async function loadAgentFromDocs(): Promise<Listen> {
  const docs = await readDocs()
  const code = /```js\n([\s\S]*?)```/.exec(docs)?.[1]
  if (code === undefined) throw new Error('docs/creel-v1.md has no agent.')
  // Beside this file, so that its imports are found.
  file = path.join(import.meta.dirname, `.agent-${process.pid}.mjs`)
  await writeFile(file, code)
  const loaded = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { listen: Listen }
  return loaded.listen
}

beforeEach(async () => {
  relay = await startStreamRelay({ times: { pingEveryMs: 200, silenceMs: 1500 } })
})
afterEach(async () => {
  await relay.stop()
  await removeRelayFiles(relay)
  if (file !== null) await rm(file, { force: true })
})

it('the bytes in the specification are those of a frame', async () => {
  const dump = [...(await readDocs()).matchAll(/^((?:[0-9a-f]{2} )+) +\S.*$/gm)].map((line) => line[1] ?? '').join('')
  const bytes = Buffer.from(dump.replaceAll(' ', ''), 'hex')
  expect(bytes).toHaveLength(35)
  const head = { id: 'x', n: 0, last: true }
  expect(readFrame(bytes)).toEqual({ kind: 'frame', frame: { type: 'chunk', head, bytes: Buffer.from('hi') } })
  expect(Buffer.from(encodeFrame({ type: 'chunk', head, bytes: Buffer.from('hi') })).equals(bytes)).toBe(true)
})

it('the agent in the specification receives, checks and acknowledges small and large bodies', async () => {
  const listen = await loadAgentFromDocs()
  const large = randomBytes(1_000_000)
  await relay.add(new TextEncoder().encode('{"hello":1.00}'))
  await relay.add(large)
  const got: { seq: number; body: Buffer }[] = []
  const ws = listen({
    url: relay.url,
    ...relay.token,
    subscription: 'stranger',
    onItem: async ({ seq }, body) => {
      got.push({ seq, body })
    },
  })
  await eventually(() => expect(got.map(({ seq }) => seq)).toEqual([1, 2]))
  expect(got[0]?.body.toString()).toBe('{"hello":1.00}')
  expect(got[1]?.body.equals(large)).toBe(true)
  const subscription = { bucketId: relay.bucketId, name: 'stranger' }
  await eventually(async () => expect(await relay.store.log.pending(subscription)).toBe(0))
  const connectedAt = relay.stream.agents()[0]?.connectedAt ?? Infinity
  // Its pongs alone keep it connected.
  await eventually(() => expect(Date.now() - connectedAt).toBeGreaterThan(3500))
  expect(relay.stream.agents()).toHaveLength(1)
  ws.close(1000)
  await eventually(() => expect(relay.stream.agents()).toHaveLength(0))
})
