import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventually } from '../../../../helpers/eventually.ts'
import { createIntake, type IntakeProblem } from '../../../../../core/sources/creel/intake.ts'
import { MIB } from '../../../../../protocol/limits.ts'
import type { ItemHead } from '../../../../../protocol/request-frame.ts'
import { createRecordingSink } from '../../../../helpers/recording-sink.ts'

function headOf(seq: number, body: Uint8Array, over: { chunked?: boolean; bucket?: string } = {}): ItemHead {
  return {
    kind: 'request',
    id: `${over.bucket ?? 'b'}-${seq}`,
    seq,
    bucket: over.bucket ?? 'b',
    input: null,
    receivedAt: 0,
    remote: null,
    bodyBytes: body.length,
    sha256: createHash('sha256').update(body).digest('hex'),
    handout: 1,
    redelivered: false,
    chunked: over.chunked ?? false,
    method: 'POST',
    target: '/',
    mountBytes: 0,
    headers: [],
    trailers: [],
  }
}

function createRig() {
  const sink = createRecordingSink()
  const stored: string[] = []
  const behind: boolean[] = []
  const problems: IntakeProblem[] = []
  const intake = createIntake({
    sink,
    onStored: (id) => stored.push(id),
    onBehind: (isBehind) => behind.push(isBehind),
    onProblem: (problem) => problems.push(problem),
  })
  return { sink, stored, behind, problems, intake }
}

/** A gate that a test opens, or breaks. */
function createGate() {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { gate: () => opened, open }
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('the intake', () => {
  it('gives the sink items of one bucket in order, without waiting in between', () => {
    const { sink, intake } = createRig()
    sink.gate = createGate().gate
    for (let seq = 1; seq <= 3; seq += 1) intake.item(headOf(seq, new Uint8Array(seq)), new Uint8Array(seq))
    expect(sink.events).toEqual(['store 1', 'store 2', 'store 3'])
  })

  it('tells of nothing before it is stored', async () => {
    const { sink, intake, stored } = createRig()
    const { gate, open } = createGate()
    sink.gate = gate
    intake.item(headOf(1, new Uint8Array(1)), new Uint8Array(1))
    await settle()
    expect(stored).toEqual([])
    open()
    await settle()
    expect(stored).toEqual(['b-1'])
  })

  it('puts any body together from any chunks, and items behind it wait', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 500 }),
        fc.integer({ min: 1, max: 99 }),
        async (body, size) => {
          const { sink, intake, stored, problems } = createRig()
          intake.item(headOf(1, body, { chunked: true }), new Uint8Array())
          for (let n = 0; n * size < body.length; n += 1) {
            const last = (n + 1) * size >= body.length
            intake.chunk({ id: 'b-1', n, last }, body.subarray(n * size, (n + 1) * size))
          }
          intake.item(headOf(2, new Uint8Array(1)), new Uint8Array(1))
          await eventually(() => expect(stored).toEqual(['b-1', 'b-2']), 1)
          expect(sink.events).toEqual(['begin 1', 'finish 1', 'store 2'])
          expect(Buffer.from(sink.stored[0]?.body ?? []).equals(body)).toBe(true)
          expect(problems).toEqual([])
        },
      ),
      { numRuns: 30 },
    )
  })

  it('keeps copies of its own, not views of what the socket reuses', async () => {
    const { sink, intake } = createRig()
    const shared = new Uint8Array([1, 2, 3, 4])
    intake.item(headOf(1, shared.subarray(1, 3)), shared.subarray(1, 3))
    shared.fill(9)
    await settle()
    expect([...(sink.stored[0]?.body ?? [])]).toEqual([2, 3])
    expect(sink.stored[0]?.body.buffer.byteLength).toBe(2)
  })

  it('lets another bucket pass a body that is stuck', async () => {
    const { sink, intake } = createRig()
    sink.gate = createGate().gate
    const body = new Uint8Array(10)
    intake.item(headOf(1, body, { chunked: true }), new Uint8Array())
    intake.chunk({ id: 'b-1', n: 0, last: true }, body)
    intake.item(headOf(2, body), body)
    intake.item(headOf(1, body, { bucket: 'c' }), body)
    await settle()
    expect(sink.events).toEqual(['begin 1', 'store 1'])
  })

  it('says when it is behind, and when it has caught up', async () => {
    const { sink, intake, behind } = createRig()
    const { gate, open } = createGate()
    sink.gate = gate
    const piece = new Uint8Array(MIB)
    const body = new Uint8Array(5 * MIB)
    intake.item(headOf(1, body, { chunked: true }), new Uint8Array())
    for (let n = 0; n < 5; n += 1) intake.chunk({ id: 'b-1', n, last: n === 4 }, piece)
    expect(behind).toEqual([true])
    open()
    await eventually(() => expect(behind).toEqual([true, false]))
  })

  it('drops a body that is not whole when the connection goes', async () => {
    const { sink, intake, stored } = createRig()
    intake.item(headOf(1, new Uint8Array(9), { chunked: true }), new Uint8Array())
    intake.chunk({ id: 'b-1', n: 0, last: false }, new Uint8Array(5))
    intake.abort()
    intake.abort()
    await settle()
    expect(sink.events).toEqual(['begin 1', 'abort 1'])
    expect(stored).toEqual([])
  })
})

describe('the intake breaks off', () => {
  const body = new Uint8Array([1, 2, 3])
  const cases: readonly [string, (intake: ReturnType<typeof createRig>['intake']) => void, IntakeProblem['kind']][] = [
    [
      'at a hash that does not fit',
      (intake) => intake.item({ ...headOf(1, body), sha256: '0'.repeat(64) }, body),
      'altered',
    ],
    ['at a chunk of nothing', (intake) => intake.chunk({ id: 'x', n: 0, last: true }, body), 'malformed'],
    [
      'at a chunk out of its place',
      (intake) => {
        intake.item(headOf(1, body, { chunked: true }), new Uint8Array())
        intake.chunk({ id: 'b-1', n: 1, last: true }, body)
      },
      'malformed',
    ],
    [
      'at more bytes than announced',
      (intake) => {
        intake.item(headOf(1, body, { chunked: true }), new Uint8Array())
        intake.chunk({ id: 'b-1', n: 0, last: false }, new Uint8Array(4))
      },
      'malformed',
    ],
    [
      'at fewer bytes than announced',
      (intake) => {
        intake.item(headOf(1, body, { chunked: true }), new Uint8Array())
        intake.chunk({ id: 'b-1', n: 0, last: true }, new Uint8Array(2))
      },
      'altered',
    ],
    [
      'at an item amid the chunks of another',
      (intake) => {
        intake.item(headOf(1, body, { chunked: true }), new Uint8Array())
        intake.item(headOf(2, body), body)
      },
      'malformed',
    ],
  ]
  for (const [title, act, kind] of cases) {
    it(`${title}, once, and stores nothing of it`, async () => {
      const { sink, intake, stored, problems } = createRig()
      act(intake)
      intake.item(headOf(3, body), body)
      await settle()
      expect(problems.map((problem) => problem.kind)).toEqual([kind])
      expect(sink.stored).toEqual([])
      expect(stored).toEqual([])
    })
  }

  it('when the sink fails, and when it throws', async () => {
    const rejecting = createRig()
    rejecting.sink.gate = () => Promise.reject(new Error('The disk is full.'))
    rejecting.intake.item(headOf(1, body), body)
    await settle()
    expect(rejecting.problems).toEqual([{ kind: 'not-stored', problem: 'The disk is full.' }])
    const throwing = createRig()
    throwing.sink.begin = () => {
      throw new Error('Closed.')
    }
    throwing.intake.item(headOf(1, body, { chunked: true }), new Uint8Array())
    expect(throwing.problems).toEqual([{ kind: 'not-stored', problem: 'Closed.' }])
  })
})
