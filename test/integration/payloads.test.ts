import { createHash, createHmac } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../helpers/eventually.ts'
import { type LocalTarget, startLocalTarget } from '../helpers/local-target.ts'
import { GITHUB_SECRET, githubPayloads, otherPayloads, type Payload, STRIPE_SECRET } from '../helpers/payloads.ts'
import { post } from '../helpers/post.ts'
import { makeDataDir, removeDataDir, runServices, type RunningServices } from '../helpers/services.ts'

let dataDir: string
let services: RunningServices
let target: LocalTarget
let url: string

beforeAll(async () => {
  dataDir = await makeDataDir()
  services = await runServices(dataDir)
  target = await startLocalTarget()
  const made = await services.engine.targets.add({ url: target.url })
  url = await eventually(() => {
    const input = services.engine.sourceStatuses()[0]?.inputs[0]
    if (!input) throw new Error('The relay has not told its input yet.')
    return input.url
  })
  const [source] = services.engine.sources.all()
  if (source) await services.engine.sources.update(source.id, { targets: [made.id] })
})
afterAll(async () => {
  await services.stop()
  await target.close()
  await removeDataDir(dataDir)
  expect(services.errors).toEqual([])
})

async function sendAll(payloads: readonly Payload[]): Promise<void> {
  for (const { path, headers, body } of payloads) {
    const lines = [...headers.flat(), 'Content-Length', String(body.length)]
    expect(await post(url + path, body, { headers: lines })).toMatchObject({ status: 200 })
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

test("every event of GitHub's arrives byte for byte, with a good HMAC, recognised and verified", async () => {
  const payloads = githubPayloads()
  expect(payloads.length).toBeGreaterThan(40)
  const before = target.received.length
  await services.engine.signatures.setSecret('github', GITHUB_SECRET)
  await sendAll(payloads)
  await eventually(() => expect(target.received.length - before).toBe(payloads.length))
  for (const payload of payloads) {
    const arrived = target.received.find(({ rawHeaders }) =>
      payload.headers.every(([, value]) => rawHeaders.includes(value)),
    )
    expect(arrived && sha256(arrived.body), payload.name).toBe(sha256(payload.body))
    const expected = `sha256=${createHmac('sha256', GITHUB_SECRET)
      .update(arrived?.body ?? '')
      .digest('hex')}`
    expect(arrived?.rawHeaders, payload.name).toContain(expected)
  }
  const rows = await services.engine.history.requests.list(
    { view: 'all', sourceId: null, text: '' },
    { before: null, limit: 500 },
  )
  for (const row of rows) {
    expect(row.provider).toBe('github')
    expect(row.event).not.toBeNull()
    expect(await services.engine.signatures.of(row.id)).toMatchObject({ state: 'verified' })
  }
})

test("Stripe's, Slack's and SNS's shapes arrive byte for byte and are recognised", async () => {
  const payloads = otherPayloads(Date.now())
  const before = target.received.length
  await services.engine.signatures.setSecret('stripe', STRIPE_SECRET)
  await sendAll(payloads)
  await eventually(() => expect(target.received.length - before).toBe(payloads.length))
  const arrived = target.received.slice(before)
  for (const payload of payloads) {
    const one = arrived.find((received) => received.url === payload.path)
    expect(one && sha256(one.body), payload.name).toBe(sha256(payload.body))
  }
  const rows = await services.engine.history.requests.list(
    { view: 'all', sourceId: null, text: '' },
    { before: null, limit: 3 },
  )
  expect(rows.map(({ provider, event }) => [provider, event])).toEqual([
    ['sns', expect.anything()],
    ['slack', '/deploy staging now & ü/%'],
    ['stripe', 'invoice.paid'],
  ])
  const stripe = rows.find(({ provider }) => provider === 'stripe')
  expect(stripe && (await services.engine.signatures.of(stripe.id))).toMatchObject({ state: 'verified' })
})
