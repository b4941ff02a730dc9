import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import type { Token } from '../../protocol/source.ts'
import { watchMemory, type MemoryWatch } from './memory-watch.ts'
import { openRaw, exchangeRaw, type RawAnswer } from './raw-http.ts'
import { ADMIN, administer } from './relay-administration.ts'
import { startRelayProcess } from './relay-process.ts'
import { temporaryFolder } from './running-relay.ts'

/** A relay in a process of its own, with two inputs: one that is attacked, and one that nobody may reach by the other's URL. */
export type AttackedRelay = {
  readonly port: number
  readonly bucket: string
  /** `/in/<id>` of the input that the attacks name. */
  readonly path: string
  /** Of another bucket. */
  readonly otherPath: string
  readonly token: Token
  readonly memory: MemoryWatch
  /** Refusals so far, by reason. */
  refused(): Promise<Readonly<Record<string, number>>>
  uncommittedBytes(): Promise<number>
  bucketCount(): Promise<number>
  /** What a bucket keeps, oldest first. */
  items(path?: string): Promise<readonly KeptItem[]>
  /** The program has neither ended nor logged a bug. */
  complaints(): readonly string[]
}

const Status = z.looseObject({
  refused: z.record(z.string(), z.number()),
  buckets: z.number(),
  uncommittedBytes: z.number(),
})
const KeptItem = z.looseObject({
  kind: z.string(),
  method: z.string(),
  target: z.string(),
  bodyBytes: z.number(),
  headers: z.array(z.tuple([z.string(), z.string()])),
})
export type KeptItem = z.infer<typeof KeptItem>
const Page = z.object({ requests: z.array(KeptItem), next: z.number().nullable().optional() })

export async function startAttackedRelay(env: Readonly<Record<string, string>> = {}): Promise<AttackedRelay> {
  const relay = startRelayProcess(['cli/main.ts', 'relay'], {
    CREEL_PORT: '0',
    CREEL_OPS_PORT: '0',
    CREEL_DATA_DIR: join(await temporaryFolder(), 'data'),
    CREEL_ADMIN_TOKEN: ADMIN,
    ...env,
  })
  const { url, port, ops } = await relay.up()

  const { ask, newBucket, newInput, newToken } = administer(url)

  async function makeInput(name: string): Promise<{ bucket: string; path: string }> {
    const bucket = await newBucket(name)
    return { bucket, path: `/in/${await newInput(bucket)}` }
  }

  const attacked = await makeInput('attacked')
  const other = await makeInput('other')
  const status = async () => Status.parse(await ask('GET', '/v1/status'))
  return {
    port,
    ...attacked,
    otherPath: other.path,
    token: await newToken([attacked.bucket]),
    memory: watchMemory(relay.child.pid ?? 0, ops ?? ''),
    refused: async () => (await status()).refused,
    uncommittedBytes: async () => (await status()).uncommittedBytes,
    bucketCount: async () => (await status()).buckets,
    async items(path = attacked.path) {
      const bucket = path === other.path ? other.bucket : attacked.bucket
      const items: KeptItem[] = []
      for (let before: number | null | undefined; before !== null;) {
        const query = before === undefined ? '' : `&before=${before}`
        const page = Page.parse(await ask('GET', `/v1/buckets/${bucket}/requests?limit=500${query}`))
        items.push(...page.requests)
        before = page.next ?? null
      }
      return items.toReversed()
    },
    complaints() {
      const bugs = relay
        .stdout()
        .split('\n')
        .filter((line) => line.includes('"level":50') || line.includes('"level":60'))
      const ended = relay.child.exitCode ?? relay.child.signalCode
      return [...bugs, ...(ended === null ? [] : [`The relay ended with ${ended}.`]), ...textLines(relay.stderr())]
    },
  }
}

function textLines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '')
}

/** Writes bytes on a connection of its own and reads all answers until the other side closes it. Strings are sent as latin-1. */
export async function sendUntilClosed(port: number, bytes: string | Uint8Array): Promise<readonly RawAnswer[]> {
  const connection = await openRaw(port)
  try {
    connection.write(bytes)
    return await readUntilClosed(connection)
  } finally {
    connection.close()
  }
}

export async function readUntilClosed(connection: Awaited<ReturnType<typeof openRaw>>): Promise<readonly RawAnswer[]> {
  const answers: RawAnswer[] = []
  for (;;) {
    const next = await connection.answer().catch(() => null)
    if (next === null) return answers
    if (next.status !== 100) answers.push(next)
  }
}

/** `code` of a problem+json answer; null when it is none. */
export function codeOf(answer: RawAnswer): string | null {
  if (!(answer.headers['content-type'] ?? '').startsWith('application/problem+json')) return null
  return z.object({ code: z.string() }).parse(JSON.parse(answer.body)).code
}

/** A sender as senders should be, which goes on posting while something bad happens beside it. */
export type GoodSender = {
  /** Ends it: how many of its requests were answered 200, the others' answers, and the longest wait for one, in ms. */
  stop(): Promise<{ readonly served: number; readonly unserved: readonly string[]; readonly slowestMs: number }>
}

const GOOD_EVERY_MS = 25

export function startGoodSender(port: number, path: string): GoodSender {
  let isOver = false
  let served = 0
  let slowestMs = 0
  const unserved: string[] = []

  async function postOne(): Promise<void> {
    const startedAt = performance.now()
    const request = `POST ${path}/good HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\ngood`
    const outcome = await exchangeRaw(port, request).then(
      ({ status }) => String(status),
      (error: unknown) => String(error),
    )
    slowestMs = Math.max(slowestMs, Math.round(performance.now() - startedAt))
    if (outcome === '200') served += 1
    else unserved.push(outcome)
  }

  async function run(): Promise<void> {
    while (!isOver) {
      await postOne()
      await new Promise((resolve) => setTimeout(resolve, GOOD_EVERY_MS))
    }
    await postOne()
  }
  const running = run()
  return {
    async stop() {
      isOver = true
      await running
      return { served, unserved, slowestMs }
    },
  }
}

/** The refusals that docs/relay.md promises: status by reason. */
export function readRefusalTable(docs: string): (reason: string) => readonly number[] {
  const rows = [...docs.matchAll(/^\| `([^`]+)` \| ([^|]+) \|/gm)].map((row) => ({
    reason: row[1] ?? '',
    statuses: [...(row[2] ?? '').matchAll(/\d{3}/g)].map(Number),
  }))
  return (reason) => {
    const exact = rows.find((row) => row.reason === reason)
    const family = rows.find((row) => row.reason.endsWith('...') && reason.startsWith(row.reason.slice(0, -3)))
    return (exact ?? family)?.statuses ?? []
  }
}

/** Connections by the hundred, all open at once. Closed with the test. */
export async function openMany(port: number, count: number): Promise<readonly Awaited<ReturnType<typeof openRaw>>[]> {
  const connections = await Promise.all(Array.from({ length: count }, () => openRaw(port)))
  onTestFinished(() => {
    for (const connection of connections) connection.close()
  })
  return connections
}
