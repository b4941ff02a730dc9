import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Bucket, BucketSettings, LoggedItem, SubscriptionId } from '../../relay/store/store.ts'
import { DAY, HOUR, idOf } from './relay-store-world.ts'
import type { StoreWorld } from './relay-store-world.ts'

const ALL = { afterSeq: 0, limit: 100_000, maxBytes: 1e9 }

/** What an administrator, senders, agents and time may do to one bucket. */
type Step =
  | { readonly kind: 'post'; readonly count: number }
  | { readonly kind: 'ack'; readonly who: number; readonly from: number; readonly count: number }
  | { readonly kind: 'redeliver'; readonly which: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'seen'; readonly who: number }
  | { readonly kind: 'sweep' }
  | { readonly kind: 'reopen' }

const small = fc.integer({ min: 0, max: 5 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('post'), count: fc.integer({ min: 1, max: 9 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('ack'), who: fc.integer({ min: 0, max: 1 }), from: small, count: small }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('redeliver'), which: fc.nat(50) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait'), ms: fc.constantFrom(HOUR / 4, HOUR, DAY) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('seen'), who: fc.integer({ min: 0, max: 1 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('sweep') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen') }) },
)
const settings: fc.Arbitrary<BucketSettings> = fc.record({
  maxItems: fc.constantFrom(3, 6, 1000),
  ttlMs: fc.constantFrom(HOUR / 2, 30 * DAY),
  overflow: fc.constantFrom('refuse', 'drop-oldest'),
  keepAckedMs: fc.constantFrom(0, HOUR),
})

/** What one subscription has acknowledged, and how many items the gaps among it stood for. */
type Account = { readonly id: SubscriptionId; readonly acked: Set<string>; gapItems: number }

/** Whatever happens: every stored item was acknowledged, still waits, or is announced as missing, and all counts agree. */
export function describeAccounts(world: StoreWorld): void {
  describe('accounts', () => {
    it('miss nothing in any course of events', { timeout: 120_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(settings, fc.array(step, { maxLength: 40 }), async (chosen, steps) => {
          const bucket = await world.makeBucket(chosen)
          const accounts: Account[] = []
          for (const name of ['a', 'b']) {
            accounts.push({ id: await world.subscribe(bucket, name), acked: new Set(), gapItems: 0 })
          }
          const stored: string[] = []
          for (const one of steps) await take(world, bucket, accounts, stored, one)
          for (const account of accounts) await check(world, account, stored)
          const before = world.store.stats()
          await world.reopen()
          expect(world.store.stats()).toMatchObject({ items: before.items, bytes: before.bytes })
          for (const account of accounts) await check(world, account, stored)
          await world.store.admin.deleteBucket(bucket.id)
        }),
        { numRuns: 60 },
      )
    })
  })
}

async function take(
  world: StoreWorld,
  bucket: Bucket,
  accounts: Account[],
  stored: string[],
  one: Step,
): Promise<void> {
  const account = 'who' in one ? accounts[one.who] : undefined
  switch (one.kind) {
    case 'post':
      stored.push(...(await world.postMany(bucket, one.count)).map(idOf).filter((id) => id !== ''))
      return
    case 'ack':
      if (account) await ack(world, account, one.from, one.count)
      return
    case 'redeliver':
      await world.store.log.redeliver(bucket.id, stored[one.which % Math.max(1, stored.length)] ?? '')
      return
    case 'wait':
      world.time += one.ms
      return
    case 'seen':
      if (account) await world.store.log.openSubscription(account.id)
      return
    case 'sweep':
      // One of them is always there, so that neither is given up.
      for (const { id } of accounts) await world.store.log.openSubscription(id)
      await world.store.sweep()
      return
    case 'reopen':
      await world.reopen()
  }
}

async function ack(world: StoreWorld, account: Account, from: number, count: number): Promise<void> {
  const some = (await world.store.log.next(account.id, ALL)).slice(from, from + count)
  const distinct = new Map(some.map((item) => [item.id, item]))
  for (const item of distinct.values()) note(account, item)
  await world.store.log.ack(account.id, [...distinct.keys()])
}

function note(account: Account, item: LoggedItem): void {
  if (item.gap !== null) account.gapItems += item.gap.count
  else account.acked.add(item.id)
}

async function check(world: StoreWorld, account: Account, stored: readonly string[]): Promise<void> {
  const waiting = await world.store.log.next(account.id, ALL)
  expect(await world.store.log.pending(account.id)).toBe(waiting.length)
  expect(waiting.map(({ seq }) => seq)).toEqual(waiting.map(({ seq }) => seq).sort((one, other) => one - other))
  const announced = waiting.reduce((sum, { gap }) => sum + (gap?.count ?? 0), account.gapItems)
  const there = new Set([...account.acked, ...waiting.filter(({ gap }) => gap === null).map(({ id }) => id)])
  expect(there.size + announced).toBe(stored.length)
}
