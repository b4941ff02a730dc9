import { createHash, randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Draft, DraftLine, DraftSave } from '../../protocol/draft.ts'
import type { RequestId } from '../../protocol/ids.ts'
import { MIB } from '../../protocol/limits.ts'
import { startComposeDesk, type ComposeDesk } from '../helpers/compose-desk.ts'
import { eventually } from '../helpers/eventually.ts'
import { findFreePort, startRawTarget, type RawTarget } from '../helpers/raw-target.ts'

let desk: ComposeDesk
let target: RawTarget

beforeEach(async () => {
  ;[desk, target] = await Promise.all([startComposeDesk(), startRawTarget()])
})

afterEach(async () => {
  await Promise.all([desk.stop(), target.close()])
  expect(desk.problems).toEqual([])
})

function on(name: string, value: string): DraftLine {
  return { name, value, on: true }
}

function to(url: string): (draft: Draft) => DraftSave {
  return (draft) => ({ content: { ...draft.content, url }, body: { kind: 'keep' } })
}

async function rowOf(id: RequestId): Promise<unknown> {
  const { request } = await desk.engine.request(id)
  const { result: _result, ...row } = request
  return row
}

describe('a draft that is sent', () => {
  it('goes to the URL byte for byte, its lines in their order, case and number', async () => {
    const id = await desk.store(Buffer.from('{"a":1}'))
    const body = Buffer.from([0, 1, 2, 255, 13, 10, 13, 10])
    const { sent, delivery } = await desk.send(id, (draft) => ({
      content: {
        ...draft.content,
        method: 'PUT',
        url: `${target.url}/a/../b//c%2F?x=1&&y=%zz`,
        headers: [
          on('X-Twice', 'one'),
          on('x-TWICE', 'two'),
          { name: 'X-Off', value: 'not sent', on: false },
          on('X-Empty', ''),
          on('Connection', 'close, X-Hop'),
          on('X-Hop', 'for one hop'),
          on('Content-Length', '3'),
          on('X-Last', 'a: b'),
        ],
      },
      body: { kind: 'bytes', bytes: body },
    }))
    const [received] = target.requests
    expect(received?.head.split('\r\n')).toEqual([
      'PUT /a/../b//c%2F?x=1&&y=%zz HTTP/1.1',
      `host: 127.0.0.1:${target.port}`,
      'connection: keep-alive',
      'X-Twice: one',
      'x-TWICE: two',
      'X-Empty: ',
      'X-Last: a: b',
      'content-length: 8',
      '',
      '',
    ])
    expect(received?.body.equals(body)).toBe(true)
    expect(delivery).toMatchObject({ state: 'answered', reason: 'composed', targetId: null, url: target.url })
    expect(delivery.attempts[0]?.answer).toMatchObject({ status: 200, bodyBytes: 2 })
    expect(sent).toMatchObject({ kind: 'composed', parentId: id, method: 'PUT', n: 1 })
  })

  it('leaves its original as it was, and is listed under it with what is different', async () => {
    const body = randomBytes(700_000)
    const id = await desk.store(body, {
      headers: [
        ['X-A', '1'],
        ['X-B', '2'],
        ['X-C', '3'],
      ],
    })
    const before = await rowOf(id)
    const { sent } = await desk.send(id, (draft) => ({
      content: {
        ...draft.content,
        method: 'PATCH',
        url: `${target.url}/other`,
        headers: [on('X-A', '1'), on('X-B', 'two'), on('X-D', '4')],
      },
      body: { kind: 'bytes', bytes: Buffer.from('edited') },
    }))
    expect(await rowOf(id)).toEqual(before)
    const stored = await desk.engine.history.requests.bodyInfo({ kind: 'request', id })
    expect(stored).toEqual({ bytes: body.length, sha256: createHash('sha256').update(body).digest('hex') })
    const { children } = await desk.engine.request(id)
    expect(children).toEqual([
      expect.objectContaining({
        id: sent.id,
        changes: {
          hasOriginal: true,
          method: true,
          path: true,
          headers: [
            { name: 'X-B', how: 'changed' },
            { name: 'X-D', how: 'added' },
            { name: 'X-C', how: 'removed' },
          ],
          headerOrder: false,
          body: true,
          signature: 'none',
        },
        result: expect.objectContaining({ state: 'answered', status: 200 }),
      }),
    ])
  })

  it('begins as what would be resent, and sends that unchanged when nothing is edited', async () => {
    const sourceId = await desk.addSource([`${target.url}/hooks`])
    const body = Buffer.from('name=Zo\u00eb', 'latin1')
    const headers: [string, string][] = [
      ['Host', 'relay.example.com'],
      ['X-Raw', 'caf\u00e9 \u00c3\u00a9'],
      ['Transfer-Encoding', 'chunked'],
      ['Accept', '*/*'],
    ]
    const requestTarget = '/in/4b2f/caf\u00c3\u00a9/..//x?#y'
    const id = await desk.store(body, { sourceId, headers, requestTarget })
    const draft = await desk.drafts['drafts:open']({ requestId: id })
    expect(draft.content).toMatchObject({
      method: 'POST',
      url: `${target.url}/hooks/caf\u00c3\u00a9/..//x?#y`,
      headers: headers.map(([name, value]) => ({ name, value, on: name !== 'Host' && name !== 'Transfer-Encoding' })),
    })
    const { sent } = await desk.send(id, () => ({ content: draft.content, body: { kind: 'keep' } }))
    expect(target.requests[0]?.head).toContain('POST /hooks/caf\u00c3\u00a9/..//x?#y HTTP/1.1\r\n')
    expect(target.requests[0]?.head).toContain('X-Raw: caf\u00e9 \u00c3\u00a9\r\nAccept: */*\r\n')
    expect(target.requests[0]?.body.equals(body)).toBe(true)
    expect(sent.changes).toMatchObject({ method: false, path: false, headers: [], headerOrder: false, body: false })
    // It is resent, later, on whatever base a target has.
    expect(sent.requestTarget.slice(sent.mountBytes)).toBe('/caf\u00c3\u00a9/..//x?#y')
  })

  it('sends what was typed as UTF-8, percent-encoded in the URL', async () => {
    const id = await desk.store(Buffer.alloc(0))
    await desk.send(id, (draft) => ({
      content: {
        ...draft.content,
        url: `${target.port}/caf\u00e9 \u20ac#part`,
        headers: [on('X-Name', 'Zo\u00eb \u20ac')],
      },
      body: { kind: 'keep' },
    }))
    expect(target.requests[0]?.head).toContain('POST /caf%C3%A9%20%E2%82%AC HTTP/1.1\r\n')
    expect(target.requests[0]?.head).toContain(`X-Name: ${Buffer.from('Zo\u00eb \u20ac').toString('latin1')}\r\n`)
  })

  it('goes out at once though forwarding is off, and its target held', async () => {
    const sourceId = await desk.addSource([target.url])
    const id = await desk.store(Buffer.from('x'), { sourceId })
    await desk.engine.setForwarding(false)
    const [only] = desk.engine.targets.all()
    if (only) await desk.engine.targets.update(only.id, { held: true })
    const { delivery } = await desk.send(id, to(`${target.url}/now`))
    expect(delivery.state).toBe('answered')
  })

  it('fails at once where nobody listens, and is not tried again', async () => {
    const id = await desk.store(Buffer.from('x'))
    const port = await findFreePort()
    const { sent, delivery } = await desk.send(id, to(`http://localhost:${port}/`))
    expect(delivery).toMatchObject({ state: 'failed', attempts: [{ failure: { code: 'nothing-listens' } }] })
    const late = await startRawTarget({ port })
    await desk.send(id, to(`${target.url}/`))
    await late.close()
    expect(late.requests).toEqual([])
    const draft = await desk.drafts['drafts:open']({ requestId: id })
    const sends = await desk.drafts['drafts:sends']({ id: draft.id })
    expect(sends.map(({ n, url, result }) => [n, url, result?.state, result?.failureCode])).toEqual([
      [1, `http://localhost:${port}/`, 'failed', 'nothing-listens'],
      [2, `${target.url}/`, 'answered', null],
    ])
    expect(sends[0]?.id).toBe(sent.id)
  })

  it('is cancelled while it is under way', async () => {
    const silent = await startRawTarget({ answer: () => null })
    try {
      const id = await desk.store(Buffer.from('x'))
      const draft = await desk.drafts['drafts:open']({ requestId: id })
      const sent = await desk.drafts['drafts:send']({
        id: draft.id,
        save: to(silent.url)(draft),
        rememberHost: true,
      })
      await eventually(() => expect(silent.requests).toHaveLength(1))
      const [delivery] = await desk.engine.history.deliveries.of(sent.id)
      if (delivery) await desk.engine.cancel(delivery.id)
      expect((await desk.end(sent)).state).toBe('cancelled')
    } finally {
      await silent.close()
    }
  })

  it('sends a large body that nobody touched without its leaving the history', async () => {
    const body = randomBytes(5 * MIB)
    const id = await desk.store(body)
    const { sent } = await desk.send(id, to(`${target.url}/`))
    expect(target.requests[0]?.body.equals(body)).toBe(true)
    expect(sent.bodyBytes).toBe(body.length)
  })

  it('shows what is wrong by its field, and keeps what was typed', async () => {
    const id = await desk.store(Buffer.from('x'))
    const draft = await desk.drafts['drafts:open']({ requestId: id })
    const wrong: [Partial<Draft['content']>, string][] = [
      [{ url: 'ftp://localhost/' }, 'url'],
      [{ url: 'http://user:pw@localhost/' }, 'url'],
      [{ url: 'http://localhost:70000/' }, 'url'],
      [{ url: '' }, 'url'],
      [{ method: 'GE T' }, 'method'],
      [{ method: 'connect' }, 'method'],
      [{ headers: [on('X-Ok', ''), on('X Y', '1')] }, 'headers.1.name'],
      [{ headers: [on('', 'value')] }, 'headers.0.name'],
      [{ headers: [on('X', 'a\r\nY: b')] }, 'headers.0.value'],
    ]
    for (const [change, field] of wrong) {
      const content = { ...draft.content, url: target.url, ...change }
      const sending = desk.drafts['drafts:send']({
        id: draft.id,
        save: { content, body: { kind: 'keep' } },
        rememberHost: true,
      })
      await expect(sending).rejects.toMatchObject({ error: { code: 'bad-input', field } })
      expect((await desk.drafts['drafts:get']({ id: draft.id })).content).toEqual(content)
    }
    expect(target.requests).toEqual([])
  })

  it('asks once for a host that is not this computer', async () => {
    const id = await desk.store(Buffer.from('x'))
    const draft = await desk.drafts['drafts:open']({ requestId: id })
    // An address of documentation: nobody has it. The attempt ends as it will.
    const host = '192.0.2.1:9'
    const save = to(`http://${host}/x`)(draft)
    const send = (answer: { confirmedHost?: string; rememberHost: boolean }) =>
      desk.drafts['drafts:send']({ id: draft.id, save, ...answer })
    const asked = { error: { code: 'not-allowed', field: 'confirmedHost' } }
    await expect(send({ rememberHost: true })).rejects.toMatchObject(asked)
    await expect(send({ confirmedHost: 'other.example', rememberHost: true })).rejects.toMatchObject(asked)
    expect(await desk.drafts['drafts:sends']({ id: draft.id })).toEqual([])
    await send({ confirmedHost: host, rememberHost: false })
    await expect(send({ rememberHost: true })).rejects.toMatchObject(asked)
    await send({ confirmedHost: host, rememberHost: true })
    expect(desk.settings.current().allowedHosts).toEqual([host])
    const last = await send({ rememberHost: true })
    const sends = await desk.drafts['drafts:sends']({ id: draft.id })
    expect(sends).toHaveLength(3)
    for (const sent of [...sends, last]) {
      const [delivery] = await desk.engine.history.deliveries.of(sent.id)
      if (delivery?.state === 'sending') await desk.engine.cancel(delivery.id).catch(() => undefined)
    }
  })
})
