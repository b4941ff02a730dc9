import { verifyKey } from 'discord-interactions'
import { createHmac, verify } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answer, type Handlers } from '../../main/ipc/answer.ts'
import { createSignatureHandlers } from '../../main/ipc/signatures.ts'
import type { Result } from '../../protocol/app-error.ts'
import type { DraftSigning } from '../../protocol/draft.ts'
import type { HeaderLine } from '../../protocol/request.ts'
import type { Answer, CommandName, Input } from '../../protocol/ipc.ts'
import { signRequest } from '../../signatures/sign.ts'
import { startComposeDesk, type ComposeDesk } from '../helpers/compose-desk.ts'
import { startRawTarget, type RawTarget } from '../helpers/raw-target.ts'

let desk: ComposeDesk
let target: RawTarget
let handlers: ReturnType<typeof createSignatureHandlers>

beforeEach(async () => {
  ;[desk, target] = await Promise.all([startComposeDesk(), startRawTarget()])
  handlers = createSignatureHandlers(desk.engine, desk.settings, () => undefined)
})

afterEach(async () => {
  await Promise.all([desk.stop(), target.close()])
  expect(desk.problems).toEqual([])
})

const BODY = Buffer.from('{"id":"evt_1","n":1.00}')
const EDITED = Buffer.from('{"id":"evt_1","n":2.00}')
const ROW = {
  id: 'custom-harborline',
  name: 'Harborline',
  alg: 'sha256',
  key: 'utf8',
  enc: 'hex',
  sigHeader: 'X-Harbor',
  format: { kind: 'raw' },
  parts: ['{ts}.{body}'],
  ts: { from: 'header', name: 'X-Harbor-Time', unit: 's', tolerance: 300 },
} as const

/** As the window asks. */
async function ask<K extends CommandName>(name: K, input: Input<K>): Promise<Result<Answer<K>>> {
  const failIt = (problem: unknown): string => {
    throw problem
  }
  return (await answer(handlers as unknown as Handlers, { name, input }, failIt)) as Result<Answer<K>>
}

async function value<K extends CommandName>(name: K, input: Input<K>): Promise<Answer<K>> {
  const asked = await ask(name, input)
  if (!asked.ok) throw new Error(asked.error.message)
  return asked.value
}

async function sendEdited(id: Parameters<ComposeDesk['send']>[0], signing: DraftSigning, edited = EDITED) {
  const { sent } = await desk.send(id, (draft) => ({
    content: { ...draft.content, url: `${target.url}/hooks`, signing },
    body: { kind: 'bytes', bytes: edited },
  }))
  const lines = (target.requests.at(-1)?.head ?? '').split('\r\n').map((line) => line.split(': '))
  const line = (name: string) => lines.find(([each = '']) => each.toLowerCase() === name)?.[1]
  return { sent, line, body: target.requests.at(-1)?.body ?? Buffer.alloc(0) }
}

describe('commands about signatures', () => {
  it.each([
    ['secrets:set-signing', { scheme: 'No Such', secret: 'x' }, 'scheme'],
    ['secrets:set-signing', { scheme: 'nobody', secret: 'x' }, 'scheme'],
    ['secrets:set-signing', { scheme: 'github', secret: '' }, 'secret'],
    ['secrets:set-signing', { scheme: 'github', secret: 'x'.repeat(8193) }, 'secret'],
    ['secrets:set-signing', { scheme: 'github', secret: 'x', name: '  ' }, 'name'],
    ['secrets:set-signing', { scheme: 'github', secret: 'x', sourceId: 77 }, 'sourceId'],
    ['secrets:try-signing', { scheme: 'nobody', secret: 'x', sourceId: null, requestId: null }, 'scheme'],
    ['signatures:test-key', { scheme: 'github' }, 'scheme'],
  ] as const)('%s refuses %j and names the field', async (name, input, field) => {
    const asked = await ask(name, input as Input<typeof name>)
    expect(asked).toMatchObject({ ok: false, error: { field } })
    expect([...desk.secrets]).toEqual([])
  })

  it('answer with no secret, whatever is asked', async () => {
    const request = await desk.store(BODY, {
      headers: [
        ...signRequest({ scheme: 'github', headers: [], body: BODY, secret: 'a-secret-word', now: 0 }),
      ] as HeaderLine[],
    })
    const added = await value('secrets:set-signing', { scheme: 'github', secret: 'a-secret-word', name: 'staging' })
    const told = [
      added,
      await value('secrets:list-signing', {}),
      await value('secrets:try-kept', { scheme: 'github', id: added.id }),
      await value('requests:signature', { id: request }),
      await value('signatures:schemes', {}),
    ]
    expect(told[2]).toEqual({ request: null, verified: 1, of: 1 })
    expect(JSON.stringify(told)).not.toContain('a-secret-word')
  })

  it('try a secret with the newest requests of its scheme and source alone', async () => {
    const sourceId = await desk.addSource([target.url])
    const signed = (secret: string) =>
      [...signRequest({ scheme: 'github', headers: [], body: BODY, secret, now: 0 })] as HeaderLine[]
    for (let n = 0; n < 14; n += 1) await desk.store(BODY, { sourceId, headers: signed(n < 4 ? 'old' : 'new') })
    const elsewhere = await desk.store(BODY, { headers: signed('new') })
    await desk.store(BODY, { sourceId, headers: [['X-Other', '1']] })
    const trial = (secret: string) =>
      value('secrets:try-signing', { scheme: 'github', secret, sourceId, requestId: elsewhere })
    expect(await trial('new')).toEqual({ request: true, verified: 10, of: 12 })
    expect(await trial('old')).toEqual({ request: false, verified: 2, of: 12 })
    await desk.store(BODY, { sourceId, headers: signed('new') })
    expect(await trial('new')).toEqual({ request: true, verified: 11, of: 12 })
    expect([...desk.secrets.keys()].filter((name) => name.startsWith('signing:'))).toEqual([])
  })
})

describe("a scheme of a person's own", () => {
  it('is refused with its mistakes by their fields, and kept once it holds', async () => {
    const wrong = await value('signatures:save-scheme', { row: { ...ROW, alg: 'md5', parts: ['nothing'] } })
    expect(wrong.problems.map(({ field }) => field)).toEqual(['alg', 'parts'])
    expect(desk.settings.current().customSchemes).toEqual([])
    expect(await value('signatures:save-scheme', { row: ROW })).toEqual({ problems: [] })
    expect(await value('signatures:save-scheme', { row: { ...ROW, name: 'Harbor' } })).toEqual({ problems: [] })
    expect(desk.settings.current().customSchemes).toMatchObject([{ id: 'custom-harborline', name: 'Harbor' }])
  })

  it('verifies, signs drafts anew, is taken off unsigned ones, and goes with its secrets', async () => {
    await value('signatures:save-scheme', { row: ROW })
    await value('secrets:set-signing', { scheme: ROW.id, secret: 'own' })
    const at = 1_700_000_000
    const digest = createHmac('sha256', 'own').update(`${at}.${BODY.toString()}`).digest('hex')
    const headers: HeaderLine[] = [
      ['X-Harbor-Time', String(at)],
      ['X-Harbor', digest],
    ]
    const id = await desk.store(BODY, { headers, receivedAt: at * 1000 + 2000 })
    expect(await value('requests:signature', { id })).toMatchObject({ state: 'verified', schemeName: 'Harborline' })

    const { sent, line } = await sendEdited(id, { kind: 'anew', scheme: null })
    const fresh = line('x-harbor-time') ?? ''
    expect(Math.abs(Number(fresh) - Date.now() / 1000)).toBeLessThan(60)
    expect(line('x-harbor')).toBe(createHmac('sha256', 'own').update(`${fresh}.${EDITED.toString()}`).digest('hex'))
    expect(await value('requests:signature', { id: sent.id })).toMatchObject({ state: 'verified' })

    const unsigned = await sendEdited(id, { kind: 'unsigned' })
    expect(unsigned.line('x-harbor')).toBeUndefined()

    await value('signatures:delete-scheme', { id: ROW.id })
    expect([...desk.secrets.keys()]).toEqual([])
    expect(await value('requests:signature', { id })).toEqual({ state: 'none' })
  })
})

describe('what a sender alone can sign', () => {
  const headers: HeaderLine[] = [
    ['X-Signature-Timestamp', '1'],
    ['X-Signature-Ed25519', '0'.repeat(128)],
  ]

  it("is signed with a key pair of one's own, the same each time, and accepted by Discord's library with its public key", async () => {
    const id = await desk.store(BODY, { headers })
    const { publicKey } = await value('signatures:test-key', { scheme: 'discord' })
    const { line, body } = await sendEdited(id, { kind: 'anew', scheme: null })
    const holds = await verifyKey(
      body,
      line('x-signature-ed25519') ?? '',
      line('x-signature-timestamp') ?? '',
      publicKey,
    )
    expect(holds).toBe(true)
    expect(await value('signatures:test-key', { scheme: 'discord' })).toEqual({ publicKey, certificate: null })
    const both = await Promise.all(['sendgrid', 'sendgrid'].map((scheme) => value('signatures:test-key', { scheme })))
    expect(both[0]).toEqual(both[1])
  })

  it('of PayPal is signed with the id of the webhook, which has to be set, and holds with the certificate of the pair', async () => {
    const id = await desk.store(BODY, { headers: [['PAYPAL-TRANSMISSION-SIG', 'b2xk']] })
    const missing = {
      error: { code: 'secret-missing', field: 'paypal', message: expect.stringContaining('webhook id') },
    }
    const anew: DraftSigning = { kind: 'anew', scheme: null }
    await expect(sendEdited(id, anew)).rejects.toMatchObject(missing)
    const { certificate } = await value('signatures:test-key', { scheme: 'paypal' })
    // A certificate alone is no id.
    await value('secrets:set-signing', { scheme: 'paypal', secret: certificate ?? '' })
    await expect(sendEdited(id, anew)).rejects.toMatchObject(missing)
    await value('secrets:set-signing', { scheme: 'paypal', secret: 'WH-1', name: 'id' })
    const { line, body } = await sendEdited(id, anew)
    expect(body).toEqual(EDITED)
    const text = `${line('paypal-transmission-id')}|${line('paypal-transmission-time')}|WH-1|${crc32(EDITED)}`
    const signature = Buffer.from(line('paypal-transmission-sig') ?? '', 'base64')
    expect(verify('sha256', Buffer.from(text), certificate ?? '', signature)).toBe(true)
  })

  it('within the body changes the signature alone, also in what is edited', async () => {
    const message = (signature: string, words: string) =>
      `{ "Type" : "Notification",\n "Message":"${words}", "SignatureVersion":"2", "Signature" : "${signature}",  "SigningCertURL":"https://sns.us-east-1.amazonaws.com/x.pem" }`
    const id = await desk.store(Buffer.from(message('b2xk', 'one')))
    const { certificate } = await value('signatures:test-key', { scheme: 'sns' })
    const { body } = await sendEdited(id, { kind: 'anew', scheme: null }, Buffer.from(message('b2xk', 'two')))
    const [, signature = ''] = /"Signature" : "([^"]*)"/.exec(body.toString()) ?? []
    expect(body.toString()).toBe(message(signature, 'two'))
    const text = Buffer.from('Message\ntwo\nType\nNotification\n')
    expect(verify('sha256', text, certificate ?? '', Buffer.from(signature, 'base64'))).toBe(true)
  })

  it('of somebody whom no key pair can stand in for is refused, with the reason', async () => {
    const id = await desk.store(BODY, { headers: [['Content-Type', 'application/json']] })
    await value('secrets:set-signing', { scheme: 'jwt', secret: 'x' })
    await expect(sendEdited(id, { kind: 'anew', scheme: 'jwt' })).rejects.toMatchObject({
      error: { code: 'bad-input', field: 'signing' },
    })
  })
})
