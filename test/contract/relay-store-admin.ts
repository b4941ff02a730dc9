import { describe, expect, it } from 'vitest'
import { eventually } from '../helpers/eventually.ts'
import { ALL, DAY, HOUR, idOf } from './relay-store-world.ts'
import type { StoreWorld } from './relay-store-world.ts'

export function describeAdministration(world: StoreWorld): void {
  describe('administration', () => {
    it('keeps buckets, inputs and tokens over a restart', async () => {
      const bucket = await world.makeBucket({ ttlMs: DAY, overflow: 'drop-oldest' })
      const input = await world.store.admin.createInput({
        bucketId: bucket.id,
        name: 'stripe',
        settings: { maxBodyBytes: 9 },
      })
      const token = { key: 'crk_1', secretSha256: 'ab'.repeat(32), name: 'laptop', bucketIds: [bucket.id] }
      const made = await world.store.admin.createToken(token)
      await world.reopen()
      expect(world.store.admin.buckets()).toEqual([bucket])
      expect(world.store.admin.inputs(bucket.id)).toEqual([input])
      expect(world.store.admin.input(input?.id ?? '')).toEqual(input)
      expect(world.store.admin.tokens()).toEqual([made])
      expect(world.store.admin.token('crk_1')).toMatchObject(token)
    })

    it('changes what is named and leaves the rest', async () => {
      const bucket = await world.makeBucket({ maxItems: 5 })
      const input = await world.store.admin.createInput({ bucketId: bucket.id, name: 'one', settings: {} })
      await world.store.admin.updateBucket(bucket.id, { name: 'renamed' })
      await world.store.admin.updateInput(input?.id ?? '', { settings: { maxBodyBytes: 7 } })
      await world.reopen()
      expect(world.store.admin.bucket(bucket.id)).toEqual({ ...bucket, name: 'renamed' })
      expect(world.store.admin.inputs(bucket.id)).toEqual([{ ...input, settings: { maxBodyBytes: 7 } }])
    })

    it('keeps secrets over a restart, changes them where they are named, and forgets them with their owner', async () => {
      const { admin } = world.store
      const bucket = await admin.createBucket({ name: 'b', settings: {}, secrets: { 'signature/a': 'of the bucket' } })
      const wanted = { bucketId: bucket.id, name: 'i', settings: {} }
      const input = await admin.createInput({ ...wanted, secrets: { 'signature/a': 'of the input' } })
      const other = await admin.createInput({ ...wanted, secrets: { 'signature/a': 'of another' } })
      const plain = await admin.createInput(wanted)
      const ids = [bucket.id, input?.id ?? '', other?.id ?? '', plain?.id ?? '']
      const secrets = () => ids.map((id) => world.store.admin.secrets(id))
      await admin.updateInput(ids[1] ?? '', { name: 'renamed' })
      await admin.updateInput(ids[2] ?? '', { secrets: { 'slack/b': 'changed' } })
      await world.reopen()
      const kept = [{ 'signature/a': 'of the bucket' }, { 'signature/a': 'of the input' }, { 'slack/b': 'changed' }, {}]
      expect(secrets()).toEqual(kept)
      await world.store.admin.deleteInput(ids[1] ?? '')
      expect(secrets()).toEqual([kept[0], {}, kept[2], {}])
      await world.store.admin.deleteBucket(bucket.id)
      await world.reopen()
      expect(secrets()).toEqual([{}, {}, {}, {}])
    })

    it('says of what is unknown that it is not there', async () => {
      expect(await world.store.admin.updateBucket('no', { name: 'x' })).toBeNull()
      expect(await world.store.admin.deleteBucket('no')).toBe(false)
      expect(await world.store.admin.createInput({ bucketId: 'no', name: 'x', settings: {} })).toBeNull()
      expect(await world.store.admin.updateInput('no', { name: 'x' })).toBeNull()
      expect(await world.store.admin.deleteInput('no')).toBe(false)
      expect(await world.store.admin.revokeToken('no')).toBeNull()
      expect([world.store.admin.bucket('no'), world.store.admin.input('no'), world.store.admin.token('no')]).toEqual([
        null,
        null,
        null,
      ])
    })

    it('refuses a token for a bucket that is not there, and keeps no part of it', async () => {
      const wanted = { key: 'crk_1', secretSha256: 'ab'.repeat(32), name: 'laptop', bucketIds: ['no'] }
      const [refused, bucket] = await Promise.allSettled([world.store.admin.createToken(wanted), world.makeBucket()])
      expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'unknown-bucket' } })
      expect(bucket.status).toBe('fulfilled')
      expect(world.store.admin.tokens()).toEqual([])
      expect(world.store.admin.buckets()).toHaveLength(1)
    })

    it('takes a deleted bucket with its inputs and items out of everything', async () => {
      const [gone, other] = [await world.makeBucket(), await world.makeBucket()]
      const input = await world.store.admin.createInput({ bucketId: gone.id, name: 'x', settings: {} })
      const bucketIds = [gone.id, other.id]
      await world.store.admin.createToken({ key: 'crk_1', secretSha256: 'ab'.repeat(32), name: 'laptop', bucketIds })
      const subscription = await world.subscribe(gone, 'a')
      const added = await world.post(gone)
      expect(await world.store.admin.deleteBucket(gone.id)).toBe(true)
      expect(world.store.admin.buckets()).toEqual([other])
      expect(world.store.admin.input(input?.id ?? '')).toBeNull()
      expect(world.store.admin.token('crk_1')?.bucketIds).toEqual([other.id])
      expect(await world.store.log.next(subscription, ALL)).toEqual([])
      expect(await world.store.log.readBody(idOf(added), 0, 5)).toBeNull()
      expect(await world.post(gone)).toEqual({ kind: 'gone' })
      expect(world.store.stats()).toMatchObject({ items: 0, bytes: 0 })
      await world.reopen()
      expect(world.store.admin.buckets()).toEqual([other])
    })

    it('keeps the moment of the first revocation, and tells of it once', async () => {
      const told: unknown[] = []
      const stop = world.store.admin.onChange((change) => told.push(change))
      await world.store.admin.createToken({
        key: 'crk_1',
        secretSha256: 'ab'.repeat(32),
        name: 'laptop',
        bucketIds: [],
      })
      const revoked = await world.store.admin.revokeToken('crk_1')
      world.time += HOUR
      expect(await world.store.admin.revokeToken('crk_1')).toEqual(revoked)
      expect(revoked?.revokedAt).toBe(world.time - HOUR)
      expect(told).toEqual([{ kind: 'token-revoked', key: 'crk_1' }])
      stop()
    })

    it('tells of changed inputs and deleted buckets until it is told to stop', async () => {
      const bucket = await world.makeBucket()
      const told: string[] = []
      const stop = world.store.admin.onChange((change) => told.push(change.kind))
      const input = await world.store.admin.createInput({ bucketId: bucket.id, name: 'x', settings: {} })
      await world.store.admin.updateBucket(bucket.id, { settings: { maxBodyBytes: 1 } })
      await world.store.admin.deleteInput(input?.id ?? '')
      await world.store.admin.deleteBucket(bucket.id)
      stop()
      await world.makeBucket()
      await eventually(() => expect(told).toEqual(['inputs', 'inputs', 'inputs', 'bucket-deleted']))
    })
  })
}
