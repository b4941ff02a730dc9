import { createHash, randomBytes } from 'node:crypto'
import Database from 'better-sqlite3'
import { afterEach, describe, expect, it } from 'vitest'
import type { StoreOutcome } from '../../core/history/history.ts'
import { KIB, MIB } from '../../protocol/limits.ts'
import type { HeaderLine } from '../../protocol/request.ts'
import {
  addTestSource,
  arrival,
  openTestHistory,
  planned,
  removeHistoryFile,
  type TestHistory,
  type TestHistoryOptions,
} from '../helpers/history.ts'

const opened: TestHistory[] = []

async function open(options: TestHistoryOptions = {}): Promise<TestHistory> {
  const test = await openTestHistory(options)
  opened.push(test)
  return test
}

afterEach(async () => {
  for (const { history, file } of opened.splice(0)) {
    await history.close()
    removeHistoryFile(file)
  }
})

function stored(outcome: StoreOutcome): Extract<StoreOutcome, { kind: 'stored' }> {
  if (outcome.kind !== 'stored') throw new Error(`Expected a stored request, got ${outcome.kind}.`)
  return outcome
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

async function readWhole(test: TestHistory, id: Parameters<typeof test.history.requests.get>[0]): Promise<Buffer> {
  const info = await test.history.requests.bodyInfo({ kind: 'request', id })
  const pieces: Uint8Array[] = []
  for (let at = 0; at < (info?.bytes ?? 0); at += MIB) {
    const piece = await test.history.requests.readBody({ kind: 'request', id }, at, at + MIB)
    if (piece) pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

describe('a request that arrives', () => {
  it('is there with every line, duplicate and odd byte as it came', async () => {
    const { history, clock } = await open()
    const sourceId = await addTestSource(history)
    const body = Uint8Array.from({ length: 256 }, (_, byte) => byte)
    const headers: HeaderLine[] = [
      ['X-Twice', 'one'],
      ['x-TWICE', 'two'],
      ['X-Latin', 'caf\u00e9 \u00ff'],
      ['X-Empty', ''],
      ['content-TYPE', 'application/x-test; a="b"'],
    ]
    const came = arrival({
      sourceId,
      originId: '0190a0a0-0000-7000-8000-000000000001',
      headers,
      trailers: [['X-Checksum', 'abc']],
      requestTarget: '/in/4b2f//a/../b%2F?x=\u00e9&&',
      relaySeq: 7,
      bodyBytes: 256,
      sha256: sha256(body),
    })
    const { summary, deliveries } = stored(await history.intake.store(came, body, []))
    expect(deliveries).toEqual([])
    expect(summary).toMatchObject({ uid: came.originId, contentType: 'application/x-test; a="b"', result: null })
    const detail = await history.requests.get(summary.id)
    expect(detail).toEqual({
      ...summary,
      storedAt: clock.now,
      relaySeq: 7,
      remote: '192.0.2.7',
      headers,
      trailers: [['X-Checksum', 'abc']],
      bodySha256: sha256(body),
      note: '',
      source: { kind: 'creel', name: 'Relay' },
    })
    expect(await history.requests.readBody({ kind: 'request', id: summary.id }, 0, 1000)).toEqual(body)
    expect(await history.requests.findByUid(summary.uid)).toBe(summary.id)
    expect(await history.requests.list({ view: 'all', sourceId: null, text: '' }, { before: null, limit: 10 })).toEqual(
      [summary],
    )
  })

  it('is stored once however often it comes', async () => {
    const { history } = await open()
    const sourceId = await addTestSource(history)
    const came = arrival({ sourceId, originId: 'a' })
    const first = stored(await history.intake.store(came, Buffer.from('{}'), [planned()]))
    const again = await Promise.all([1, 2, 3].map(() => history.intake.store(came, Buffer.from('{}'), [planned()])))
    expect(again).toEqual(again.map(() => ({ kind: 'duplicate', id: first.summary.id })))
    expect(await history.deliveries.of(first.summary.id)).toHaveLength(1)
    expect(await history.requests.counts()).toMatchObject({ total: 1, unread: 1 })
  })

  it('is another request when the same relay is connected twice', async () => {
    const { history } = await open()
    const originId = '0190a0a0-0000-7000-8000-000000000002'
    const one = arrival({ sourceId: await addTestSource(history), originId })
    const two = arrival({ sourceId: await addTestSource(history), originId })
    const first = stored(await history.intake.store(one, Buffer.from('{}'), []))
    const second = stored(await history.intake.store(two, Buffer.from('{}'), []))
    expect(first.summary.uid).toBe(originId)
    expect(second.summary.uid).not.toBe(originId)
    expect(second.summary.id).toBeGreaterThan(first.summary.id)
  })

  it('gets new deliveries but no new row when an administrator had it handed out again', async () => {
    const { history } = await open()
    const sourceId = await addTestSource(history)
    const came = arrival({ sourceId, originId: 'a' })
    const first = stored(await history.intake.store(came, Buffer.from('{}'), [planned({ state: 'sending' })]))
    const outcome = await history.intake.store({ ...came, redelivered: true }, Buffer.from('{}'), [planned()])
    expect(outcome).toMatchObject({
      kind: 'redelivered',
      summary: { id: first.summary.id, result: { count: 2, state: 'queued' } },
      deliveries: [{ reason: 'relay-redelivery', requestId: first.summary.id }],
    })
    expect((await history.deliveries.of(first.summary.id)).map(({ reason }) => reason)).toEqual([
      'captured',
      'relay-redelivery',
    ])
  })

  it('is refused when its bytes are not those announced', async () => {
    const { history } = await open()
    const wrong = arrival({ bodyBytes: 2, sha256: sha256(Buffer.from('[]')) })
    await expect(history.intake.store(wrong, Buffer.from('{}'), [])).rejects.toMatchObject({ code: 'altered' })
    await expect(history.intake.store(arrival({ bodyBytes: 3 }), Buffer.from('{}'), [])).rejects.toMatchObject({
      code: 'altered',
    })
    const good = await history.intake.store(arrival(), Buffer.from('{}'), [])
    expect(good.kind).toBe('stored')
    expect(await history.requests.counts()).toMatchObject({ total: 1 })
    expect(history.health()).toEqual({ state: 'good' })
  })

  it('keeps what a relay tells of gaps and rejections', async () => {
    const { history } = await open()
    const gap = { kind: 'gap', gap: { count: 3, fromSeq: 4, toSeq: 6, from: 1, to: 2, reason: 'expired' } } as const
    const rejected = { kind: 'rejected', rejected: { status: 413, reason: 'too large', bodyBytes: 9 } } as const
    const empty = { bodyBytes: 0, provider: null, event: null }
    await history.intake.store(arrival({ ...empty, kind: 'gap', detail: gap }), new Uint8Array(0), [])
    await history.intake.store(arrival({ ...empty, kind: 'rejected', detail: rejected }), new Uint8Array(0), [])
    const rows = await history.requests.list({ view: 'all', sourceId: null, text: '' }, { before: null, limit: 10 })
    expect(rows.map(({ kind, detail }) => ({ kind, detail }))).toEqual([
      { kind: 'rejected', detail: rejected },
      { kind: 'gap', detail: gap },
    ])
  })

  it('leaves strangers bytes behind when its body is a view of a larger buffer', async () => {
    const { history } = await open()
    const pool = Buffer.from('secret{}secret')
    const { summary } = stored(await history.intake.store(arrival(), pool.subarray(6, 8), []))
    expect(pool.toString()).toBe('secret{}secret')
    const bytes = await history.requests.readBody({ kind: 'request', id: summary.id }, 0, 100)
    expect(Buffer.from(bytes ?? []).toString()).toBe('{}')
    expect(bytes?.buffer.byteLength).toBe(2)
  })
})

describe('a large body', () => {
  it('comes in pieces of any size and is there to the byte', async () => {
    const test = await open()
    const body = randomBytes(25 * MIB)
    const incoming = test.history.intake.begin(arrival({ bodyBytes: body.length, sha256: sha256(body) }))
    for (let at = 0, step = 1; at < body.length; at += step, step = (step * 7919) % 400_000) {
      await incoming.write(body.subarray(at, at + step))
    }
    const { summary } = stored(await incoming.finish([planned()]))
    expect(sha256(await readWhole(test, summary.id))).toBe(sha256(body))
    expect(await test.history.requests.bodyInfo({ kind: 'request', id: summary.id })).toEqual({
      bytes: body.length,
      sha256: sha256(body),
    })
    const part = { kind: 'request', id: summary.id } as const
    for (const [from, to] of [
      [0, 1],
      [256 * KIB - 1, 256 * KIB + 1],
      [512 * KIB, 768 * KIB],
      [body.length - 3, body.length + 9],
      [body.length, body.length + 1],
    ] as const) {
      const piece = await test.history.requests.readBody(part, from, to)
      expect(Buffer.from(piece ?? []).equals(body.subarray(from, to))).toBe(true)
    }
    expect((await test.history.requests.readBody(part, 0, 25 * MIB))?.length).toBe(MIB)
  })

  it('is stored the same when all of it is at hand', async () => {
    const test = await open()
    for (const size of [256 * KIB - 1, 256 * KIB, 256 * KIB + 1, 3 * MIB]) {
      const body = randomBytes(size)
      const { summary } = stored(await test.history.intake.store(arrival({ bodyBytes: size }), body, []))
      expect((await readWhole(test, summary.id)).equals(body)).toBe(true)
    }
  })

  it('leaves nothing behind when it breaks off, is altered or a repeat', async () => {
    const { history, file } = await open()
    const sourceId = await addTestSource(history)
    const body = randomBytes(MIB)
    const whole = arrival({ sourceId, originId: 'a', bodyBytes: MIB })
    stored(await history.intake.store(whole, body, []))
    const broken = history.intake.begin({ ...whole, originId: 'b' })
    await broken.write(body)
    broken.abort()
    broken.abort()
    await expect(broken.write(body)).rejects.toThrow()
    const altered = history.intake.begin({ ...whole, originId: 'c', sha256: sha256(Buffer.from('x')) })
    await altered.write(body)
    await expect(altered.finish([])).rejects.toMatchObject({ code: 'altered' })
    const repeat = history.intake.begin(whole)
    await repeat.write(body)
    expect(await repeat.finish([planned()])).toMatchObject({ kind: 'duplicate' })
    await history.config.setSetting('after', 1)
    const db = new Database(file, { readonly: true })
    expect(db.prepare('SELECT count(*) AS bodies FROM body').get()).toEqual({ bodies: 1 })
    expect(db.prepare('SELECT count(*) AS chunks, sum(length(bytes)) AS bytes FROM body_chunk').get()).toEqual({
      chunks: 4,
      bytes: MIB,
    })
    db.close()
  })

  it('keeps its place before small requests that came after it from the same source', async () => {
    const { history } = await open()
    const sourceId = await addTestSource(history)
    const body = randomBytes(2 * MIB)
    const large = history.intake.begin(arrival({ sourceId, originId: 'large', bodyBytes: body.length }))
    await large.write(body)
    const outcomes = await Promise.all([
      large.finish([]),
      history.intake.store(arrival({ sourceId, originId: 'small' }), Buffer.from('{}'), []),
    ])
    const ids = outcomes.map((outcome) => stored(outcome).summary.id)
    expect(ids).toEqual(ids.toSorted((a, b) => a - b))
  })

  it('does not hold small requests up', async () => {
    const { history } = await open()
    const sourceId = await addTestSource(history)
    const body = randomBytes(4 * MIB)
    const order: string[] = []
    const uploads = Array.from({ length: 8 }, async () => {
      await history.intake.store(arrival({ bodyBytes: body.length }), body, [])
      order.push('large')
    })
    await history.intake.store(arrival({ sourceId, originId: 'small' }), Buffer.from('{}'), [])
    order.push('small')
    await Promise.all(uploads)
    expect(order.indexOf('small')).toBeLessThan(order.length - 1)
  })
})
