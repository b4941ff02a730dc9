import { sign, verify } from '@octokit/webhooks-methods'
import { createHmac } from 'node:crypto'
import Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Draft, DraftSave, DraftSigning } from '../../protocol/draft.ts'
import type { HeaderLine } from '../../protocol/request.ts'
import { startComposeDesk, type ComposeDesk } from '../helpers/compose-desk.ts'
import { eventually } from '../helpers/eventually.ts'
import { startRawTarget, type RawRequest, type RawTarget } from '../helpers/raw-target.ts'

let desk: ComposeDesk
let target: RawTarget

beforeEach(async () => {
  ;[desk, target] = await Promise.all([startComposeDesk(), startRawTarget()])
})

afterEach(async () => {
  await Promise.all([desk.stop(), target.close()])
  expect(desk.problems).toEqual([])
})

const SECRET = 'whsec_test_of_a_secret'
const stripe = new Stripe('sk_test_nothing')
const edited = Buffer.from('{"id":"evt_1","object":"event","edited":"\u00fc"}')

function choose(signing: DraftSigning, body: Uint8Array | null = edited): (draft: Draft) => DraftSave {
  return (draft) => ({
    content: { ...draft.content, url: `${target.url}/hooks`, signing },
    body: body === null ? { kind: 'keep' } : { kind: 'bytes', bytes: body },
  })
}

function linesOf({ head }: RawRequest): HeaderLine[] {
  return head
    .split('\r\n')
    .slice(1, -2)
    .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)])
}

function received(): { lines: HeaderLine[]; value: (name: string) => string | undefined; body: Buffer } {
  const request = target.requests.at(-1)
  if (request === undefined) throw new Error('Nothing arrived.')
  const lines = linesOf(request)
  const value = (name: string) => lines.find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1]
  return { lines, value, body: request.body }
}

async function storeGithub(): Promise<Awaited<ReturnType<ComposeDesk['store']>>> {
  const body = Buffer.from('{"action":"opened"}')
  return desk.store(body, {
    headers: [
      ['Host', 'relay.example.com'],
      ['X-Hub-Signature', 'sha1=old'],
      ['X-GitHub-Event', 'issues'],
      ['x-hub-signature-256', await sign(SECRET, body.toString())],
      ['Content-Type', 'application/json'],
    ],
  })
}

async function storeStripe(): Promise<Awaited<ReturnType<ComposeDesk['store']>>> {
  const body = '{"id":"evt_1","object":"event"}'
  const yesterday = Math.floor(Date.now() / 1000) - 86_400
  const header = stripe.webhooks.generateTestHeaderString({ payload: body, secret: SECRET, timestamp: yesterday })
  return desk.store(Buffer.from(body), {
    headers: [
      ['Stripe-Signature', header],
      ['Content-Type', 'application/json'],
    ],
  })
}

describe('a draft that is signed anew', () => {
  it("is accepted by GitHub's own library, its lines in their places", async () => {
    desk.secrets.set('signing:github', SECRET)
    const { sent } = await desk.send(await storeGithub(), choose({ kind: 'anew', scheme: null }))
    const { lines, value, body } = received()
    expect(body.equals(edited)).toBe(true)
    expect(await verify(SECRET, body.toString(), value('x-hub-signature-256') ?? '')).toBe(true)
    expect(lines.map(([name]) => name)).toEqual([
      'host',
      'connection',
      'X-Hub-Signature',
      'X-GitHub-Event',
      'x-hub-signature-256',
      'Content-Type',
      'content-length',
    ])
    expect(sent.changes).toMatchObject({ signature: 'anew', headers: [], body: true })
    expect(await desk.engine.signatures.of(sent.id)).toMatchObject({ state: 'verified' })
  })

  it("is made and sent at once when a request is resent signed anew: Stripe's own library takes it, and no draft stays", async () => {
    desk.secrets.set('signing:stripe', SECRET)
    await desk.engine.targets.add({ url: `${target.url}/hooks` })
    const id = await storeStripe()
    const sent = await desk.engine.drafts.resendSigned(id, async (origin) => expect(origin).toBe(target.url))
    await eventually(() => expect(target.requests).toHaveLength(1))
    const anew = received()
    expect(anew.body.toString()).toBe('{"id":"evt_1","object":"event"}')
    expect(stripe.webhooks.constructEvent(anew.body, anew.value('stripe-signature') ?? '', SECRET).id).toBe('evt_1')
    expect((await desk.engine.request(id)).children).toMatchObject([
      { id: sent.id, changes: { signature: 'anew', body: false } },
    ])
    expect(await desk.engine.drafts.list()).toEqual([])
    await desk.engine.drafts.open(id)
    await expect(desk.engine.drafts.resendSigned(id, async () => undefined)).rejects.toThrow('There is a draft')
  })

  it("is accepted by Stripe's own library, which refuses what the original had", async () => {
    desk.secrets.set('signing:stripe', SECRET)
    const id = await storeStripe()
    await desk.send(id, choose({ kind: 'anew', scheme: null }))
    const anew = received()
    const event = stripe.webhooks.constructEvent(anew.body, anew.value('stripe-signature') ?? '', SECRET)
    expect(event).toMatchObject({ edited: '\u00fc' })

    await desk.send(id, choose({ kind: 'original' }))
    const original = received()
    expect(() =>
      stripe.webhooks.constructEvent(original.body, original.value('stripe-signature') ?? '', SECRET),
    ).toThrow()
  })

  it('gets the signature of the scheme that is named where it had none', async () => {
    desk.secrets.set('signing:stripe', SECRET)
    const draft = await desk.drafts['drafts:create']({})
    const save = choose({ kind: 'anew', scheme: 'stripe' })(draft)
    await desk.end(await desk.drafts['drafts:send']({ id: draft.id, save, rememberHost: true }))
    const { body, value } = received()
    expect(stripe.webhooks.constructEvent(body, value('stripe-signature') ?? '', SECRET)).toMatchObject({ id: 'evt_1' })
  })

  it('has its signature within the body where its sender puts it there, and every other byte as it was edited', async () => {
    desk.secrets.set('signing:mailgun', SECRET)
    const body = (signature: unknown) => `{ "signature":${JSON.stringify(signature)},\n "event-data" : {"n":1.0} }`
    const old = { timestamp: '1529006854', token: 'a'.repeat(50), signature: '0'.repeat(64) }
    const id = await desk.store(Buffer.from(body(old)), { headers: [['Content-Type', 'application/json']] })
    const { sent } = await desk.send(id, choose({ kind: 'anew', scheme: 'mailgun' }, null))
    const text = received().body.toString()
    const { signature } = JSON.parse(text) as { signature: typeof old }
    expect(text).toBe(body(signature))
    expect(Number(signature.timestamp)).toBeGreaterThan(Date.now() / 1000 - 600)
    const expected = createHmac('sha256', SECRET)
      .update(signature.timestamp + signature.token)
      .digest('hex')
    expect(signature.signature).toBe(expected)
    // It is the request's own: the draft, and the original, have what they had.
    const draft = await desk.drafts['drafts:open']({ requestId: id })
    expect(draft.body.isOriginal).toBe(true)
    expect(sent.changes.body).toBe(true)
  })

  it('is not sent without its secret, and the refusal says what to do', async () => {
    const draft = await desk.drafts['drafts:open']({ requestId: await storeStripe() })
    const save = choose({ kind: 'anew', scheme: null })(draft)
    const sending = desk.drafts['drafts:send']({ id: draft.id, save, rememberHost: true })
    await expect(sending).rejects.toMatchObject({
      error: {
        code: 'secret-missing',
        field: 'stripe',
        message: expect.stringContaining('Stripe'),
        fix: expect.any(String),
      },
    })
    expect(target.requests).toEqual([])
    // The choice is kept, and holds once the secret is there.
    desk.secrets.set('signing:stripe', SECRET)
    const sent = await desk.drafts['drafts:send']({ id: draft.id, rememberHost: true })
    await desk.end(sent)
    expect(sent.changes.signature).toBe('anew')
  })

  it('is not sent where nothing says whose signature it should have', async () => {
    const draft = await desk.drafts['drafts:create']({})
    const save = choose({ kind: 'anew', scheme: null }, Buffer.from('x'))(draft)
    await expect(desk.drafts['drafts:send']({ id: draft.id, save, rememberHost: true })).rejects.toMatchObject({
      error: { code: 'bad-input', field: 'signing' },
    })
  })
})

describe('a draft that is sent unsigned', () => {
  it('has none of the lines of its signature, and all others', async () => {
    const { sent } = await desk.send(await storeGithub(), choose({ kind: 'unsigned' }))
    expect(received().lines.map(([name]) => name)).toEqual([
      'host',
      'connection',
      'X-GitHub-Event',
      'Content-Type',
      'content-length',
    ])
    expect(sent.changes).toMatchObject({ signature: 'unsigned', headers: [] })
  })
})

describe('a draft with its original signature', () => {
  it('has its lines as they stand in the draft', async () => {
    const { sent } = await desk.send(await storeStripe(), choose({ kind: 'original' }, null))
    expect(sent.changes).toMatchObject({ signature: 'original', body: false })
    const { sent: off } = await desk.send(await storeStripe(), (draft) => {
      const { content, body } = choose({ kind: 'original' }, null)(draft)
      return { content: { ...content, headers: content.headers.map((line) => ({ ...line, on: false })) }, body }
    })
    expect(off.changes.signature).toBe('unsigned')
    expect(received().value('stripe-signature')).toBeUndefined()
  })
})
