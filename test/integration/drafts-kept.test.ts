import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createPageServer } from '../../main/page-server.ts'
import { DraftBodyChange, type Draft, type DraftSave } from '../../protocol/draft.ts'
import { bodyUrl } from '../../protocol/ipc.ts'
import { MAX_BODY_BYTES } from '../../protocol/limits.ts'
import { startComposeDesk, type ComposeDesk } from '../helpers/compose-desk.ts'
import { startRawTarget, type RawTarget } from '../helpers/raw-target.ts'

let desk: ComposeDesk
let target: RawTarget

beforeEach(async () => {
  ;[desk, target] = await Promise.all([startComposeDesk(), startRawTarget()])
})

afterEach(async () => {
  await Promise.all([desk.stop(), target.close()])
  expect(desk.problems).toEqual([])
})

function to(url: string): (draft: Draft) => DraftSave {
  return (draft) => ({ content: { ...draft.content, url }, body: { kind: 'keep' } })
}

describe('a draft', () => {
  it('begins empty, and is sent without an original', async () => {
    const draft = await desk.drafts['drafts:create']({})
    expect(draft).toMatchObject({ parentId: null, content: { method: 'POST', headers: [] }, body: { bytes: 0 } })
    const save = to(`${target.url}/new`)(draft)
    const sent = await desk.drafts['drafts:send']({ id: draft.id, save, rememberHost: true })
    await desk.end(sent)
    expect(target.requests[0]?.head).toBe(
      `POST /new HTTP/1.1\r\nhost: 127.0.0.1:${target.port}\r\nconnection: keep-alive\r\ncontent-length: 0\r\n\r\n`,
    )
    expect(sent).toMatchObject({ parentId: null, sourceId: null, changes: { hasOriginal: false } })
  })

  it('is as its original was when it is reset', async () => {
    const body = Buffer.from('original')
    const id = await desk.store(body)
    const draft = await desk.drafts['drafts:open']({ requestId: id })
    const changed = { ...draft.content, method: 'DELETE', headers: [] }
    await desk.drafts['drafts:save']({
      id: draft.id,
      content: changed,
      body: { kind: 'bytes', bytes: Buffer.from('n') },
    })
    const reset = await desk.drafts['drafts:reset']({ id: draft.id })
    expect(reset.content).toEqual(draft.content)
    expect(reset.body).toEqual(draft.body)
  })

  it('is not made of what was never received whole', async () => {
    const id = await desk.store(Buffer.alloc(0), { kind: 'rejected' })
    await expect(desk.drafts['drafts:open']({ requestId: id })).rejects.toMatchObject({ error: { code: 'conflict' } })
  })
})

describe('what is told of a host before anything is sent', () => {
  const certificate = readFileSync(new URL('../fixtures/tls/localhost-cert.pem', import.meta.url))
  const key = readFileSync(new URL('../fixtures/tls/localhost-key.pem', import.meta.url))

  it('is where it is, and who vouches for it', async () => {
    let connections = 0
    const server = createServer({ cert: certificate, key }, () => undefined)
    server.on('connection', () => (connections += 1))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const look = await desk.drafts['drafts:look-at-host']({ url: `https://localhost:${port}/x?y` })
    expect(look).toMatchObject({
      host: `localhost:${port}`,
      isLoopback: true,
      isAllowed: true,
      addresses: expect.arrayContaining(['127.0.0.1']),
      certificate: { isTrusted: false, problem: expect.stringMatching(/self.signed/i) },
      problem: null,
    })
    expect(connections).toBe(1)
    await new Promise((resolve) => server.close(resolve))
  })

  it('is nothing but its address over plain HTTP, and that it has none', async () => {
    await desk.settings.save({ allowedHosts: ['192.0.2.1:9'] })
    expect(await desk.drafts['drafts:look-at-host']({ url: 'http://192.0.2.1:9/' })).toEqual({
      host: '192.0.2.1:9',
      isLoopback: false,
      isAllowed: true,
      addresses: ['192.0.2.1'],
      certificate: null,
      problem: null,
    })
    expect(await desk.drafts['drafts:look-at-host']({ url: 'http://nobody.invalid/' })).toMatchObject({
      isAllowed: false,
      addresses: [],
      problem: expect.stringContaining('nobody.invalid'),
    })
    await expect(desk.drafts['drafts:look-at-host']({ url: 'ftp://localhost/' })).rejects.toMatchObject({
      error: { code: 'bad-input', field: 'url' },
    })
  })
})

describe('the body of a draft', () => {
  it('is streamed to the page as bodies of requests are', async () => {
    const id = await desk.store(Buffer.from('original'))
    const { id: draft, content } = await desk.drafts['drafts:open']({ requestId: id })
    const serve = createPageServer({ root: '/', bodies: desk.engine.history.requests })
    const read = async () => {
      const answer = await serve(new Request(bodyUrl(draft, 'draft')))
      return { sha256: answer.headers.get('creel-sha256'), text: await answer.text() }
    }
    expect((await read()).text).toBe('original')
    const body = { kind: 'bytes', bytes: Buffer.from('edited') } as const
    const saved = await desk.drafts['drafts:save']({ id: draft, content, body })
    expect(await read()).toEqual({ sha256: saved.body.sha256, text: 'edited' })
  })

  it('may have 25 MiB, and not more', () => {
    const save = (bytes: number) => DraftBodyChange.safeParse({ kind: 'bytes', bytes: new Uint8Array(bytes) }).success
    expect([save(MAX_BODY_BYTES), save(MAX_BODY_BYTES + 1)]).toEqual([true, false])
    expect(DraftBodyChange.safeParse({ kind: 'bytes', bytes: 'text' }).success).toBe(false)
  })
})
