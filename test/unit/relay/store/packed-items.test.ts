import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KIB } from '../../../../protocol/limits.ts'
import type { Added, Bucket, BucketSettings, LoggedItem, RelayStore } from '../../../../relay/store/store.ts'
import { idOf, itemsInFile, makeSqlitePlace, post } from './sqlite-place.ts'
import type { SqlitePlace } from './sqlite-place.ts'

const ALL = { afterSeq: 0, limit: 100_000, maxBytes: 1e9 }

/** What happens within one turn of the event loop, so that it shares a commit; `fault`: how many items it takes in before it fails once. */
type Turn = {
  readonly posts: readonly number[]
  readonly acks: readonly {
    readonly who: readonly number[]
    readonly from: number
    readonly every: number
    readonly most: number
  }[]
  readonly again: readonly number[]
  readonly acksFirst: boolean
  readonly fault: number | null
  readonly reopen: boolean
}
const bodyBytes = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 0, max: 3000 }) },
  { weight: 1, arbitrary: fc.constant(20 * KIB) },
)
const turn: fc.Arbitrary<Turn> = fc.record({
  posts: fc.array(bodyBytes, { maxLength: 14 }),
  acks: fc.array(
    fc.record({
      who: fc.constantFrom([0], [1], [0, 1]),
      from: fc.integer({ min: 0, max: 6 }),
      every: fc.integer({ min: 1, max: 3 }),
      most: fc.integer({ min: 1, max: 20 }),
    }),
    { maxLength: 3 },
  ),
  again: fc.array(fc.nat(100), { maxLength: 1 }),
  acksFirst: fc.boolean(),
  fault: fc.option(fc.integer({ min: 1, max: 8 }), { freq: 4 }),
  reopen: fc.boolean(),
})
const settings: fc.Arbitrary<BucketSettings> = fc.record({ keepAckedMs: fc.constantFrom(0, 0, 3_600_000) })

describe('items that their pack lists', () => {
  let place: SqlitePlace
  let store: RelayStore
  let fault: number | null = null
  let faults = 0
  const now = (): number => {
    if (fault === null) return 1_800_000_000_000
    fault -= 1
    if (fault > 0) return 1_800_000_000_000
    fault = null
    faults += 1
    throw new Error('The clock has stopped.')
  }
  const open = (): RelayStore => place.open({ now })

  async function take(
    bucket: Bucket,
    readers: readonly Reader[],
    stored: Map<string, Buffer>,
    one: Turn,
  ): Promise<void> {
    const chosen: (readonly [Reader, string[]])[] = []
    for (const { who, from, every, most } of one.acks) {
      for (const reader of who.flatMap((at) => readers[at] ?? [])) {
        const ids = (await store.log.next(reader.id, ALL)).slice(from).filter((_, at) => at % every === 0)
        chosen.push([reader, ids.slice(0, most).map(({ id }) => id)])
      }
    }
    const acked = new Set(chosen.flatMap(([, ids]) => ids))
    const again = one.again
      .flatMap((which) => [...stored.keys()][which % stored.size] ?? [])
      .filter((id) => !acked.has(id))
    const sendAcks = (): Promise<void>[] => chosen.map(([{ id }, ids]) => store.log.ack(id, ids))
    const bodies = one.posts.map((bytes, at) => Buffer.alloc(bytes, `${stored.size + at} `))
    const first = one.acksFirst ? sendAcks() : []
    const adding: Promise<Added>[] = bodies.map((body) => post(store, bucket, body))
    const last = one.acksFirst ? [] : sendAcks()
    const redelivering = again.map((id) => store.log.redeliver(bucket.id, id))
    fault = one.fault
    const [added, repeated, acks] = await Promise.all([
      Promise.allSettled(adding),
      Promise.allSettled(redelivering),
      Promise.allSettled([...first, ...last]),
    ])
    fault = null
    if (acks.some(({ status }) => status === 'rejected')) await Promise.all(sendAcks())
    for (const [at, done] of repeated.entries()) {
      for (const { waiting } of done.status === 'fulfilled' && done.value ? readers : []) waiting.add(again[at] ?? '')
    }
    for (const [at, done] of added.entries()) {
      if (done.status !== 'fulfilled') continue
      stored.set(idOf(done.value), bodies[at] ?? Buffer.alloc(0))
      for (const { waiting } of readers) waiting.add(idOf(done.value))
    }
    for (const [{ waiting }, ids] of chosen) for (const id of ids) waiting.delete(id)
  }

  type Seen = { readonly told: readonly LoggedItem[]; readonly pending: number }
  async function look({ id }: Reader): Promise<Seen> {
    const told = (await store.log.next(id, ALL)).map((item) => ({ ...item, body: Buffer.from(item.body ?? []) }))
    return { told, pending: await store.log.pending(id) }
  }

  async function follow(chosen: BucketSettings, turns: readonly Turn[]): Promise<void> {
    const bucket = await store.admin.createBucket({ name: 'b', settings: chosen })
    const readers = ['a', 'b'].map((name): Reader => ({ id: { bucketId: bucket.id, name }, waiting: new Set() }))
    for (const { id } of readers) await store.log.openSubscription(id)
    const stored = new Map<string, Buffer>()
    for (const one of turns) {
      await take(bucket, readers, stored, one)
      const seen = await Promise.all(readers.map(look))
      for (const [at, { told, pending }] of seen.entries()) {
        expect(pending).toBe(told.length)
        expect(told.map(({ seq }) => seq)).toEqual(told.map(({ seq }) => seq).toSorted((x, y) => x - y))
        expect(new Set(told.map(({ id }) => id))).toEqual(readers[at]?.waiting)
        for (const { id, body } of told) expect(stored.get(id)?.equals(body ?? Buffer.alloc(0)), id).toBe(true)
      }
      if (one.reopen) await reopen(bucket, readers, seen)
    }
    for (const { id, waiting } of readers) await store.log.ack(id, [...waiting])
    expect(store.stats()).toMatchObject({ items: 0, bytes: 0 })
    await store.admin.deleteBucket(bucket.id)
    for (let commits = 0; commits < 5; commits += 1) await store.check()
  }

  async function reopen(bucket: Bucket, readers: readonly Reader[], seen: readonly Seen[]): Promise<void> {
    const { items, bytes } = store.stats()
    const list = await store.log.list(bucket.id, { before: null, limit: 1000 })
    await store.close()
    store = open()
    expect(store.stats()).toMatchObject({ items, bytes })
    expect(await store.log.list(bucket.id, { before: null, limit: 1000 })).toEqual(list)
    expect(await Promise.all(readers.map(look))).toEqual(seen)
  }

  it(
    'are there until all have acknowledged them, in whatever order, and whatever fails',
    { timeout: 60_000 },
    async () => {
      const run = fc.asyncProperty(settings, fc.array(turn, { maxLength: 12 }), async (chosen, turns) => {
        place = makeSqlitePlace()
        store = open()
        try {
          await follow(chosen, turns)
          await store.close()
          expect(place.inFile(itemsInFile)).toEqual([])
          for (const table of ['pack', 'unlisted', 'handout']) {
            expect(place.inFile((database) => database.prepare(`SELECT * FROM ${table}`).all())).toEqual([])
          }
        } finally {
          await store.close()
          place.remove()
        }
      })
      await fc.assert(run, { numRuns: 70 })
      expect(faults).toBeGreaterThan(10)
    },
  )
})

type Reader = { readonly id: { readonly bucketId: string; readonly name: string }; readonly waiting: Set<string> }
