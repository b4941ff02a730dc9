import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CHUNK_BYTES, MAX_FRAME_BYTES, MAX_FRAME_HEAD_BYTES } from '../../../protocol/limits.ts'
import { encodeFrame, FrameType, readFrame, type Frame, type ItemHead } from '../../../protocol/request-frame.ts'

const latin1 = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) })
const headerName = fc.oneof(
  fc.constantFrom('X-Hub-Signature-256', 'x-hub-signature-256', 'X-HUB-SIGNATURE-256', 'Cookie', '__proto__', 'a'),
  fc.string({ minLength: 1 }),
)
const headerLine = fc.tuple(headerName, fc.oneof(fc.constant(''), latin1))
const id = fc.string({ minLength: 1, maxLength: 200 })
const hash = fc.stringMatching(/^[0-9a-f]{64}$/)

const common = {
  id,
  seq: fc.integer({ min: 1 }),
  bucket: id,
  input: fc.option(fc.string({ maxLength: 200 })),
  receivedAt: fc.integer({ min: 0, max: 4_102_444_800_000 }),
  remote: fc.option(fc.ipV6()),
  sha256: hash,
  handout: fc.integer({ min: 1, max: 1000 }),
  redelivered: fc.boolean(),
}
const parsed = {
  method: fc.constantFrom('GET', 'POST', 'PATCH', 'M-SEARCH'),
  target: fc.oneof(fc.constantFrom('/', '//x', '/a?', '/a/../b//c', '*', '/%zz?q=%'), latin1),
  mountBytes: fc.nat(),
  headers: fc.array(headerLine, { maxLength: 40 }),
  trailers: fc.array(headerLine, { maxLength: 3 }),
}
/** What HTTP cannot have brought is no request. */
const oneLine = latin1.map((text) => text.replaceAll(/[\r\n\0]/g, ''))
const line = fc.tuple(
  headerName.map((name) => name.replaceAll(':', '') || 'a'),
  oneLine,
)
const sendable = {
  ...parsed,
  target: parsed.target.map((text) => text.replaceAll(/[\r\n\0 ]/g, '')),
  headers: fc.array(line, { maxLength: 40 }),
  trailers: fc.array(line, { maxLength: 3 }),
}
const gap = fc.record({
  count: fc.integer({ min: 1 }),
  fromSeq: fc.integer({ min: 1 }),
  toSeq: fc.integer({ min: 1 }),
  from: fc.nat(),
  to: fc.nat(),
  reason: fc.constantFrom('expired' as const, 'overflow' as const),
})
const rejected = fc.record({
  status: fc.integer({ min: 100, max: 599 }),
  reason: fc.string(),
  bodyBytes: fc.option(fc.nat()),
})
const bytes = fc.uint8Array({ maxLength: 3000 })

function itemHead(bodyBytes: number, chunked: boolean): fc.Arbitrary<ItemHead> {
  const sizes = { bodyBytes: fc.constant(bodyBytes), chunked: fc.constant(chunked) }
  return fc.oneof(
    fc.record({ kind: fc.constantFrom('request' as const, 'handshake' as const), ...common, ...sendable, ...sizes }),
    fc.record({ kind: fc.constant('rejected' as const), ...common, ...parsed, ...sizes, rejected }),
    fc.record({ kind: fc.constant('gap' as const), ...common, ...sizes, gap }),
  )
}

describe('a binary frame', () => {
  it('brings any head and any body through unchanged', () => {
    const item = bytes.chain((body) => itemHead(body.length, false).map((head) => ({ head, body })))
    fc.assert(
      fc.property(item, ({ head, body }) => {
        expect(readFrame(encodeFrame({ type: 'item', head, bytes: body }))).toEqual({
          kind: 'frame',
          frame: { type: 'item', head, bytes: body },
        })
      }),
    )
  })

  it('brings any body through in chunks of any size', () => {
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 700 }), id, (body, size, itemId) => {
        const frames: Uint8Array[] = []
        const count = Math.max(1, Math.ceil(body.length / size))
        for (let n = 0; n < count; n += 1) {
          const head = { id: itemId, n, last: n === count - 1 }
          frames.push(encodeFrame({ type: 'chunk', head, bytes: body.subarray(n * size, (n + 1) * size) }))
        }
        const pieces = frames.map((frame, n) => {
          const read = readFrame(frame)
          if (read.kind !== 'frame' || read.frame.type !== 'chunk') throw new Error(JSON.stringify(read))
          expect(read.frame.head).toEqual({ id: itemId, n, last: n === count - 1 })
          return read.frame.bytes
        })
        expect(Buffer.concat(pieces)).toEqual(Buffer.from(body))
      }),
    )
  })

  it('is read from the middle of a larger buffer as from one of its own', () => {
    const frame = encodeFrame({ type: 'chunk', head: { id: 'a', n: 0, last: true }, bytes: new Uint8Array([1, 2]) })
    const pool = new Uint8Array(frame.length + 20)
    pool.set(frame, 7)
    expect(readFrame(pool.subarray(7, 7 + frame.length))).toEqual(readFrame(frame))
  })

  it('stands as its specification shows it, byte for byte', () => {
    const frame = encodeFrame({ type: 'chunk', head: { id: 'x', n: 0, last: true }, bytes: Buffer.from('hi') })
    const head = '{"id":"x","n":0,"last":true}'
    expect(Buffer.from(frame).toString('latin1')).toBe(`\u0002\0\0\0${String.fromCharCode(head.length)}${head}hi`)
  })

  it('never throws, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (data) => {
        expect(['frame', 'unknown-type', 'unknown-kind', 'malformed']).toContain(readFrame(data).kind)
      }),
      { numRuns: 2000 },
    )
  })

  it('never throws, whatever JSON its head is', () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 2), fc.jsonValue(), bytes, (type, json, body) => {
        const head = Buffer.from(JSON.stringify(json))
        const prefix = Buffer.alloc(5)
        prefix[0] = type
        prefix.writeUInt32BE(head.length, 1)
        expect(['frame', 'unknown-kind', 'malformed']).toContain(readFrame(Buffer.concat([prefix, head, body])).kind)
      }),
    )
  })

  it('never throws when a good one is cut or altered anywhere', () => {
    const [head] = fc.sample(itemHead(3, false), { numRuns: 1, seed: 7 })
    if (!head) throw new Error('no sample')
    const good = encodeFrame({ type: 'item', head, bytes: new Uint8Array([1, 2, 3]) })
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (at, byte, length) => {
        const bad = good.slice(0, length)
        if (at < bad.length) bad[at] = byte
        readFrame(bad)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('what a binary frame cannot be', () => {
  const head = { id: 'a', n: 0, last: true }

  function raw(type: number, json: string, body = '', headBytes = Buffer.byteLength(json)): Uint8Array {
    const prefix = Buffer.alloc(5)
    prefix[0] = type
    prefix.writeUInt32BE(headBytes, 1)
    return Buffer.concat([prefix, Buffer.from(json), Buffer.from(body)])
  }

  const cases: readonly [string, Uint8Array, RegExp][] = [
    ['shorter than its prefix', new Uint8Array(4), /at least 5 bytes/],
    ['larger than any', new Uint8Array(MAX_FRAME_BYTES + 1), /too large/],
    ['longer in the head than it is', raw(2, '{}', '', 400), /400 bytes/],
    ['larger in the head than any', raw(2, '{}', '', MAX_FRAME_HEAD_BYTES + 1), /which it cannot have/],
    ['without JSON', raw(2, 'no'), /not JSON/],
    ['with a head that is no UTF-8', Buffer.from([2, 0, 0, 0, 1, 0xff]), /not JSON in UTF-8/],
    ['with a negative chunk number', raw(2, '{"id":"a","n":-1,"last":true}'), /n/],
  ]
  for (const [title, data, problem] of cases) {
    it(`is malformed when it is ${title}`, () => {
      const read = readFrame(data)
      expect(read.kind).toBe('malformed')
      expect(read.kind === 'malformed' && read.problem).toMatch(problem)
    })
  }

  it('is malformed when an item brings another number of bytes than it announces', () => {
    const [sample] = fc.sample(itemHead(9, false), { numRuns: 1, seed: 1 })
    if (!sample) throw new Error('no sample')
    expect(readFrame(encodeFrame({ type: 'item', head: sample, bytes: new Uint8Array(8) })).kind).toBe('malformed')
  })

  it('is told from one of a newer version', () => {
    expect(readFrame(raw(FrameType.response, '{}'))).toEqual({ kind: 'unknown-type', type: 3 })
    expect(readFrame(raw(200, '{}'))).toEqual({ kind: 'unknown-type', type: 200 })
    expect(readFrame(raw(1, '{"kind":"sealed","id":"i1","seq":1}'))).toEqual({
      kind: 'unknown-kind',
      id: 'i1',
      itemKind: 'sealed',
    })
  })

  it('drops fields that it does not know', () => {
    expect(readFrame(raw(2, JSON.stringify({ ...head, later: 1 })))).toMatchObject({ frame: { head } })
  })

  it('is not built with a head that nobody takes', () => {
    const huge: Frame = {
      type: 'chunk',
      head: { ...head, id: 'x'.repeat(MAX_FRAME_HEAD_BYTES) },
      bytes: new Uint8Array(),
    }
    expect(() => encodeFrame(huge)).toThrow(RangeError)
  })

  it('has room for the largest chunk behind the largest head', () => {
    expect(5 + MAX_FRAME_HEAD_BYTES + CHUNK_BYTES).toBeLessThanOrEqual(MAX_FRAME_BYTES)
  })
})
