import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ArrivalRow, AttemptRow, Content, WriterCalls } from '../../../../core/history/threads/messages.ts'
import { Packer, Unpacker } from '../../../../core/history/threads/packer.ts'
import { packStoreReply, unpackStoreReply, WRITER_PACKING } from '../../../../core/history/threads/packing.ts'

type StoreInput = WriterCalls['store']['input']
type FinishInput = WriterCalls['finishAttempt']['input']

const text = fc.string({ unit: 'binary', maxLength: 300 })
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value)
const id = fc.integer({ min: 1, max: 2 ** 40 }) as fc.Arbitrary<never>
const bytes = fc.uint8Array({ maxLength: 3_000 })
const content: fc.Arbitrary<Content> = fc.oneof(
  fc.record({ kind: fc.constant('inline' as const), bytes }),
  fc.record({ kind: fc.constant('upload' as const), upload: fc.nat(), n: fc.nat(), last: bytes }),
)
const planned = fc.record({
  targetId: maybe(id),
  url: text,
  reason: fc.constant('captured' as const),
  state: fc.constantFrom('sending' as const, 'queued' as const),
  holdReason: maybe(fc.constant('target' as const)),
})
const arrival: fc.Arbitrary<ArrivalRow> = fc.record({
  sourceId: maybe(id),
  originId: maybe(text),
  kind: fc.constant('captured' as const),
  receivedAt: fc.double(),
  relaySeq: maybe(fc.nat()),
  remote: maybe(text),
  method: text,
  requestTarget: text,
  mountBytes: fc.nat(),
  headers: text,
  trailers: maybe(text),
  bodyBytes: fc.nat(),
  sha256: maybe(text),
  isProven: fc.boolean(),
  detail: maybe(text),
  parentId: maybe(id),
  provider: maybe(text),
  event: maybe(text),
  senderId: maybe(text),
  redelivered: fc.boolean(),
  contentType: maybe(text),
  isMuted: fc.boolean(),
})
const attempt: fc.Arbitrary<AttemptRow> = fc.record({
  startedAt: fc.double(),
  timings: fc.record({ connectedMs: maybe(fc.double()), firstByteMs: maybe(fc.double()), totalMs: fc.double() }),
  reconnected: fc.boolean(),
  failure: fc.constant(null),
  sent: fc.record({ method: text, origin: text, path: text, headers: text, bodyBytes: fc.nat(), bodySha256: text }),
  answer: maybe(
    fc.record({
      status: fc.integer({ min: 200, max: 599 }),
      reasonPhrase: text,
      headers: text,
      bodyBytes: fc.nat(),
      bodySha256: maybe(text),
      cut: fc.boolean(),
      content,
    }),
  ),
})
const store: fc.Arbitrary<StoreInput> = fc.record({ arrival, content, deliveries: fc.array(planned, { maxLength: 3 }) })
const finish: fc.Arbitrary<FinishInput> = fc.record({
  attempt,
  change: fc.record({
    id,
    state: fc.constant('answered' as const),
    holdReason: maybe(fc.constant('source' as const)),
    nextAttemptAt: maybe(fc.double()),
  }),
})

function asBytes(json: string | Uint8Array): Uint8Array {
  return typeof json === 'string' ? new TextEncoder().encode(json) : json
}

function asStored(input: StoreInput): StoreInput {
  return { ...input, arrival: { ...input.arrival, headers: asBytes(input.arrival.headers) } }
}

function asFinished({ attempt: { sent, answer, ...rest }, change }: FinishInput): FinishInput {
  return {
    attempt: {
      ...rest,
      sent: { ...sent, headers: asBytes(sent.headers) },
      answer: answer && { ...answer, headers: asBytes(answer.headers) },
    },
    change,
  }
}

describe('what crosses to the thread that writes', () => {
  it('comes out as it went in, however many calls share a message, with texts as bytes where they are stored as such', () => {
    const call = fc.oneof(
      store.map((input) => ({ name: 'store' as const, input })),
      finish.map((input) => ({ name: 'finishAttempt' as const, input })),
    )
    fc.assert(
      fc.property(fc.array(call, { maxLength: 12 }), (calls) => {
        const packer = new Packer()
        for (const { name, input } of calls) {
          if (name === 'store') WRITER_PACKING.store?.pack(input, packer)
          else WRITER_PACKING.finishAttempt?.pack(input, packer)
        }
        const from = new Unpacker(structuredClone(packer.take()))
        for (const { name, input } of calls) {
          if (name === 'store') expect(WRITER_PACKING.store?.unpack(from)).toEqual(asStored(input))
          else expect(WRITER_PACKING.finishAttempt?.unpack(from)).toEqual(asFinished(input))
        }
        expect(from.isAtEnd).toBe(true)
        expect(packer.isEmpty).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('has bytes of just the length that was put in, copied at once', () => {
    const packer = new Packer()
    const large = new Uint8Array(3_000_000).fill(7)
    packer.bytes(large)
    packer.text('é€')
    large.fill(0)
    const packed = packer.take()
    expect(packed.bytes?.buffer.byteLength).toBe(3_000_005)
    const from = new Unpacker(packed)
    expect(from.bytes().every((byte) => byte === 7)).toBe(true)
    expect(Buffer.from(from.bytes()).toString()).toBe('é€')
    expect(packer.take()).toEqual({ values: [], bytes: null })
  })

  it('is left out whole when a part of it cannot be packed', () => {
    const packer = new Packer()
    packer.text('before')
    const broken = (): void =>
      packer.whole(() => {
        packer.text('half a call')
        throw new Error('No more of it.')
      })
    expect(broken).toThrow('No more of it.')
    packer.text('after')
    const from = new Unpacker(packer.take())
    expect([from.bytes(), from.bytes()].map((text) => Buffer.from(text).toString())).toEqual(['before', 'after'])
    expect(from.isAtEnd).toBe(true)
  })
})

describe('the reply to a stored request', () => {
  it('says the same after the crossing, whether the row is named as its origin or anew', () => {
    const uid = '018f4c1e-7e7e-7000-8000-000000000001' as never
    const named = { kind: 'stored', id: 7 as never, uid, deliveryIds: [3, 4] as never } as const
    for (const originId of [uid, 'another', null]) {
      expect(unpackStoreReply(structuredClone(packStoreReply(named, originId)), originId)).toEqual(named)
    }
    const repeat = { kind: 'duplicate', id: 7 as never } as const
    expect(unpackStoreReply(packStoreReply(repeat, uid), uid)).toEqual(repeat)
  })
})
