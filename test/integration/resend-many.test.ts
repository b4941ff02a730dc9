import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RequestId } from '../../protocol/ids.ts'
import type { CheckedInput } from '../../protocol/ipc.ts'
import type { ResendJob, ResendOutcome } from '../../protocol/resend.ts'
import { startComposeDesk, type ComposeDesk } from '../helpers/compose-desk.ts'
import { eventually } from '../helpers/eventually.ts'
import { findFreePort, OK_ANSWER, startRawTarget, type RawTarget } from '../helpers/raw-target.ts'

let desk: ComposeDesk
let target: RawTarget
let told: ResendJob[]
/** What the target answers next; a function may wait. */
let answer: () => string | null | Promise<string | null>

beforeEach(async () => {
  answer = () => OK_ANSWER
  ;[desk, target] = await Promise.all([startComposeDesk(), startRawTarget({ answer: () => answer() })])
  told = []
  desk.engine.listen((name, event) => {
    if (name === 'resends:changed') told.push(event as ResendJob)
  })
})

afterEach(async () => {
  await Promise.all([desk.stop(), target.close()])
  expect(desk.problems).toEqual([])
})

async function storeMany(
  count: number,
  sourceId?: Awaited<ReturnType<ComposeDesk['addSource']>>,
): Promise<RequestId[]> {
  const ids: RequestId[] = []
  for (let n = 1; n <= count; n += 1) {
    const change = { requestTarget: `/in/4b2f/${n}`, ...(sourceId === undefined ? {} : { sourceId }) }
    ids.push(await desk.store(Buffer.from(`body ${n}`), change))
  }
  return ids
}

type Wish = CheckedInput<'requests:resend-many'>

function start(wish: Pick<Wish, 'ids' | 'to'> & Partial<Wish>) {
  const usual = { order: 'arrival', pacePerSecond: null, rememberHost: true } as const
  return desk.resends['requests:resend-many']({ ...usual, ...wish })
}

function job(id: number): ResendJob {
  const found = desk.engine.resends.list().find((each) => each.id === id)
  if (found === undefined) throw new Error('There is no such job.')
  return found
}

function end(id: number): Promise<ResendJob> {
  return eventually(() => {
    expect(job(id).state).not.toBe('running')
    return job(id)
  })
}

function outcomes({ outcomes: all }: ResendJob): ResendOutcome['outcome'][] {
  return all.map(({ outcome }) => outcome)
}

function paths(): (string | undefined)[] {
  return target.requests.map(({ head }) => head.split(' ')[1])
}

describe('resending many', () => {
  it('sends them one after the other in order of arrival, to a URL that is no target, with a summary', async () => {
    const ids = await storeMany(5)
    const statuses = [200, 500, 204, 404, 200]
    answer = () => `HTTP/1.1 ${statuses[target.requests.length - 1]} X\r\ncontent-length: 0\r\n\r\n`
    const [first, second, ...rest] = ids
    if (first === undefined || second === undefined) throw new Error('There are five.')
    const { id } = await start({ ids: [second, ...rest, first], to: { kind: 'url', url: `${target.url}/base` } })
    const done = await end(id)
    expect(done.state).toBe('done')
    expect(done.outcomes).toEqual(
      ids.map((requestId, index) => ({
        requestId,
        outcome: 'answered',
        status: statuses[index],
        latencyMs: expect.any(Number),
        message: null,
      })),
    )
    expect(paths()).toEqual(['/base/1', '/base/2', '/base/3', '/base/4', '/base/5'])
    expect(target.mostAtOnce()).toBe(1)
    expect(target.requests.map(({ body }) => body.toString())).toEqual(ids.map((_, index) => `body ${index + 1}`))
    expect(target.requests[0]?.head).toMatch(/\r\nCreel-Resend: [0-9a-f-]{36}\r\n/)
    await eventually(() => expect(told.at(-1)).toEqual(done))
    // The requests are those that were there, with a delivery more.
    const [delivery] = await desk.engine.history.deliveries.of(first)
    expect(delivery).toMatchObject({ reason: 'resend', targetId: null, state: 'answered', url: `${target.url}/base` })
  })

  it('keeps the order in which they are given where that is wanted', async () => {
    const ids = await storeMany(3)
    await end((await start({ ids: ids.toReversed(), order: 'given', to: { kind: 'url', url: target.url } })).id)
    expect(paths()).toEqual(['/3', '/2', '/1'])
  })

  it('leaves as much time between two as the pace says', async () => {
    const ids = await storeMany(4)
    const at: number[] = []
    answer = () => {
      at.push(performance.now())
      return OK_ANSWER
    }
    const begin = performance.now()
    await end((await start({ ids, pacePerSecond: 10, to: { kind: 'url', url: target.url } })).id)
    expect(at).toHaveLength(4)
    // The last cannot have been sent before three intervals were over; timers may be a little early.
    expect((at[3] ?? 0) - begin).toBeGreaterThan(3 * 100 - 10)
  })

  it('stops in the middle when it is cancelled: what is under way ends, nothing more is sent', async () => {
    const ids = await storeMany(6)
    let release: () => void = () => undefined
    answer = () =>
      target.requests.length < 3
        ? OK_ANSWER
        : new Promise((resolve) => {
            release = () => resolve(OK_ANSWER)
          })
    const { id } = await start({ ids, to: { kind: 'url', url: target.url } })
    await eventually(() => expect(target.requests).toHaveLength(3))
    await desk.resends['resends:cancel']({ id })
    const cancelled = await end(id)
    expect(cancelled.state).toBe('cancelled')
    expect(outcomes(cancelled)).toEqual(['answered', 'answered', 'sending', 'not-sent', 'not-sent', 'not-sent'])
    release()
    answer = () => OK_ANSWER
    await eventually(() => expect(job(id).outcomes[2]).toMatchObject({ outcome: 'answered', status: 200 }))
    // As many more as would have been sent meanwhile, one after the other.
    await end((await start({ ids: ids.slice(0, 1), to: { kind: 'url', url: `${target.url}/after` } })).id)
    expect(paths()).toEqual(['/1', '/2', '/3', '/after/1'])
  })

  it('goes to the targets of their own source, and waits there in order while forwarding is off', async () => {
    const sourceId = await desk.addSource([target.url])
    const ids = await storeMany(3, sourceId)
    await desk.engine.setForwarding(false)
    const { id } = await start({ ids, to: { kind: 'own' } })
    expect(outcomes(await end(id))).toEqual(['held', 'held', 'held'])
    expect(target.requests).toEqual([])
    await desk.engine.setForwarding(true)
    await eventually(() => expect(outcomes(job(id))).toEqual(['answered', 'answered', 'answered']))
    expect(paths()).toEqual(['/1', '/2', '/3'])
  })

  it('takes back what is held when it is cancelled', async () => {
    const sourceId = await desk.addSource([target.url])
    const ids = await storeMany(3, sourceId)
    await desk.engine.setForwarding(false)
    const { id } = await start({ ids, pacePerSecond: 0.1, to: { kind: 'own' } })
    await eventually(() => expect(outcomes(job(id))[0]).toBe('held'))
    await desk.resends['resends:cancel']({ id })
    await end(id)
    await eventually(() => expect(outcomes(job(id))).toEqual(['cancelled', 'not-sent', 'not-sent']))
  })

  it('tells of each why it failed, and goes on', async () => {
    const [first, second, third] = await storeMany(3)
    if (first === undefined || second === undefined || third === undefined) throw new Error('There are three.')
    await desk.engine.history.requests.delete([second])
    const port = await findFreePort()
    const { id } = await start({ ids: [first, second, third], to: { kind: 'url', url: `http://localhost:${port}` } })
    const done = await end(id)
    expect(done.outcomes).toEqual([
      expect.objectContaining({
        outcome: 'failed',
        message: expect.stringContaining(`nothing is listening on localhost:${port}`),
      }),
      expect.objectContaining({ outcome: 'failed', message: expect.stringContaining('no longer in the history') }),
      expect.objectContaining({ outcome: 'failed', message: expect.stringContaining('nothing is listening') }),
    ])
  })

  it('asks for a host that is not this computer before anything is sent', async () => {
    const ids = await storeMany(2)
    const to = { kind: 'url', url: 'http://192.0.2.1:9/' } as const
    await expect(start({ ids, to })).rejects.toMatchObject({ error: { code: 'not-allowed' } })
    expect(await desk.resends['resends:list']({})).toEqual([])
    await expect(
      desk.resends['requests:resend']({ id: ids[0] as RequestId, targetId: null, url: to.url, rememberHost: true }),
    ).rejects.toMatchObject({ error: { code: 'not-allowed' } })
  })
})

describe('resending one', () => {
  it('sends a composed request where it was sent, and asks again for a host that was confirmed for one time', async () => {
    const id = await desk.store(Buffer.from('x'))
    const { sent } = await desk.send(id, (draft) => ({
      content: { ...draft.content, url: `${target.url}/where?it=was` },
      body: { kind: 'keep' },
    }))
    await desk.resends['requests:resend']({ id: sent.id, targetId: null, rememberHost: true })
    await eventually(() => expect(paths()).toEqual(['/where?it=was', '/where?it=was']))
    await end((await start({ ids: [sent.id], to: { kind: 'own' } })).id)
    expect(paths()).toHaveLength(3)

    const draft = await desk.drafts['drafts:open']({ requestId: id })
    const content = { ...draft.content, url: 'http://192.0.2.1:9/' }
    const once = { confirmedHost: '192.0.2.1:9', rememberHost: false }
    const save = { content, body: { kind: 'keep' } } as const
    const away = await desk.drafts['drafts:send']({ id: draft.id, save, ...once })
    const refused = { error: { code: 'not-allowed', field: 'confirmedHost' } }
    const again = desk.resends['requests:resend']({ id: away.id, targetId: null, rememberHost: true })
    await expect(again).rejects.toMatchObject(refused)
    await expect(start({ ids: [away.id], to: { kind: 'own' } })).rejects.toMatchObject(refused)
    const [delivery] = await desk.engine.history.deliveries.of(away.id)
    if (delivery?.state === 'sending') await desk.engine.cancel(delivery.id).catch(() => undefined)
  })

  it('goes to any URL, at once though forwarding is off, unchanged', async () => {
    const body = Buffer.from([0, 255, 1])
    const headers: [string, string][] = [
      ['X-A', '1'],
      ['x-a', '2'],
      ['Host', 'relay.example.com'],
    ]
    const id = await desk.store(body, { headers, requestTarget: '/in/4b2f//x?y' })
    await desk.engine.setForwarding(false)
    const { deliveries } = await desk.resends['requests:resend']({
      id,
      targetId: null,
      url: `${target.url}/elsewhere/`,
      rememberHost: true,
    })
    expect(deliveries).toBe(1)
    await eventually(() => expect(target.requests).toHaveLength(1))
    const [received] = target.requests
    expect(received?.head).toContain('POST /elsewhere//x?y HTTP/1.1\r\n')
    expect(received?.head).toContain('X-A: 1\r\nx-a: 2\r\nX-Forwarded-Host: relay.example.com\r\n')
    expect(received?.body.equals(body)).toBe(true)
  })

  it('sends a composed request as it was written, on the base of the other target', async () => {
    await desk.engine.targets.add({ url: `${target.url}/hooks` })
    const id = await desk.store(Buffer.from('x'), { headers: [['X-A', '1']] })
    const { sent } = await desk.send(id, (draft) => ({
      content: { ...draft.content, url: `${target.url}/hooks/deep?q` },
      body: { kind: 'keep' },
    }))
    const other = { id: sent.id, targetId: null, url: `${target.url}/other`, rememberHost: true }
    await desk.resends['requests:resend'](other)
    await eventually(() => expect(target.requests).toHaveLength(2))
    const [, again] = target.requests
    expect(again?.head.split('\r\n')).toEqual([
      'POST /other/deep?q HTTP/1.1',
      `host: 127.0.0.1:${target.port}`,
      'connection: keep-alive',
      'X-A: 1',
      expect.stringMatching(/^Creel-Resend: /),
      'content-length: 1',
      '',
      '',
    ])
  })
})
