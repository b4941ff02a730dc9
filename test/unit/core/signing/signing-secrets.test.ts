import { expect, test } from 'vitest'
import { createSigningSecrets, type SigningSecrets } from '../../../../core/signing/signing-secrets.ts'
import { SourceId } from '../../../../protocol/ids.ts'
import { memorySecrets } from '../../../helpers/memory-secrets.ts'

const shop = SourceId.parse(1)
const other = SourceId.parse(2)

function open(entries: Iterable<readonly [string, string]> = []): { kept: Map<string, string>; all: SigningSecrets } {
  const { kept, secrets } = memorySecrets(entries)
  return { kept, all: createSigningSecrets(secrets, () => 1000) }
}

async function texts(all: SigningSecrets, scheme: string, sourceId: SourceId | null): Promise<readonly string[]> {
  return (await all.of(scheme, sourceId)).map(({ secret }) => secret)
}

test("a source's own secrets go before those for every source, the newest first, and others' are not tried", async () => {
  const { all } = open()
  await all.add({ scheme: 'stripe', sourceId: null, name: 'any', secret: 'general' })
  await all.add({ scheme: 'stripe', sourceId: shop, name: 'staging', secret: 'old' })
  await all.add({ scheme: 'stripe', sourceId: shop, name: 'production', secret: 'new' })
  await all.add({ scheme: 'stripe', sourceId: other, name: 'elsewhere', secret: 'strange' })
  await all.add({ scheme: 'github', sourceId: shop, name: 'git', secret: 'hub' })
  expect(await texts(all, 'stripe', shop)).toEqual(['new', 'old', 'general'])
  expect(await texts(all, 'stripe', null)).toEqual(['general', 'strange', 'new', 'old'])
  expect((await all.ofOthers('stripe', shop)).map(({ name }) => name)).toEqual(['elsewhere'])
})

test('a secret of the same source and name takes the place of the one before, and is then the newest', async () => {
  const { all } = open()
  await all.add({ scheme: 'stripe', sourceId: shop, name: 'a', secret: 'first' })
  await all.add({ scheme: 'stripe', sourceId: shop, name: 'b', secret: 'second' })
  await all.add({ scheme: 'stripe', sourceId: shop, name: 'a', secret: 'third' })
  expect(await texts(all, 'stripe', shop)).toEqual(['third', 'second'])
})

test('secrets that are added at once are all kept', async () => {
  const { all } = open()
  const names = Array.from({ length: 20 }, (_, index) => `n${index}`)
  await Promise.all(names.map((name) => all.add({ scheme: 'slack', sourceId: null, name, secret: name })))
  expect(new Set(await texts(all, 'slack', null))).toEqual(new Set(names))
})

test('beyond 50 of a scheme none is added, and the refusal says what to do', async () => {
  const { all } = open()
  for (let n = 0; n < 50; n += 1) await all.add({ scheme: 'slack', sourceId: null, name: `n${n}`, secret: 'x' })
  await expect(all.add({ scheme: 'slack', sourceId: null, name: 'more', secret: 'x' })).rejects.toMatchObject({
    error: { code: 'conflict', field: 'secret' },
  })
  await all.add({ scheme: 'slack', sourceId: null, name: 'n7', secret: 'y' })
  expect(await texts(all, 'slack', null)).toHaveLength(50)
})

test('a list tells names, sources and times, and no value', async () => {
  const { all } = open()
  await all.add({ scheme: 'stripe', sourceId: shop, name: 'staging', secret: 'whsec_of_a_value' })
  const list = await all.list(['github', 'stripe'])
  expect(list).toMatchObject([{ scheme: 'stripe', sourceId: 1, name: 'staging', addedAt: 1000 }])
  expect(JSON.stringify(list)).not.toContain('whsec_of_a_value')
})

test('the last that is removed leaves no entry behind, and one of a removed source goes with it', async () => {
  const { all, kept } = open()
  const { id } = await all.add({ scheme: 'stripe', sourceId: null, name: 'a', secret: 'x' })
  await all.add({ scheme: 'stripe', sourceId: shop, name: 'b', secret: 'y' })
  await all.removeSource(['github', 'stripe'], shop)
  expect(await texts(all, 'stripe', shop)).toEqual(['x'])
  await all.remove('stripe', id)
  expect([...kept]).toEqual([])
})

test('an entry of earlier times, one secret as it stands, is read and kept when another is added', async () => {
  const { all } = open([['signing:github', '{"not":"a list"}']])
  expect(await texts(all, 'github', shop)).toEqual(['{"not":"a list"}'])
  await all.add({ scheme: 'github', sourceId: null, name: 'second', secret: 'new' })
  expect(await texts(all, 'github', shop)).toEqual(['new', '{"not":"a list"}'])
})
