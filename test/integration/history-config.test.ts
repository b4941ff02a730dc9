import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TargetId } from '../../protocol/ids.ts'
import { TargetOptions } from '../../protocol/target.ts'
import {
  addTestSource,
  arrival,
  openTestHistory,
  planned,
  removeHistoryFile,
  type TestHistory,
} from '../helpers/history.ts'

let test: TestHistory

beforeEach(async () => {
  test = await openTestHistory()
})

afterEach(async () => {
  await test.history.close()
  removeHistoryFile(test.file)
})

const options = TargetOptions.parse({})

describe('sources and targets', () => {
  it('are there again after a restart, targets in the order given', async () => {
    const { config } = test.history
    const one = await config.addTarget({ url: 'http://localhost:3000', options, held: false })
    const two = await config.addTarget({
      url: 'http://localhost:4000',
      options: { ...options, inFlight: 1 },
      held: true,
    })
    const source = await config.addSource({
      kind: 'creel',
      name: 'Relay',
      relayUrl: 'https://relay.example.com',
      tokenKey: 'crk_abcdef',
      buckets: ['b1', 'b2'],
      targets: [two.id, one.id],
      held: true,
      disconnected: false,
    })
    expect(source).toMatchObject({ targets: [two.id, one.id], createdAt: test.clock.now })
    await test.history.close()
    test = await openTestHistory({ file: test.file })
    expect(await test.history.config.sources()).toEqual([source])
    expect(await test.history.config.targets()).toEqual([one, two])
  })

  it('are changed field by field', async () => {
    const { config } = test.history
    const target = await config.addTarget({ url: 'http://localhost:3000', options, held: false })
    const id = await addTestSource(test.history)
    expect(await config.updateSource(id, { name: 'Mine', targets: [target.id] })).toMatchObject({
      name: 'Mine',
      targets: [target.id],
      relayUrl: 'https://relay.example.com',
    })
    expect(await config.updateSource(id, { disconnected: true })).toMatchObject({
      disconnected: true,
      targets: [target.id],
    })
    expect(await config.updateTarget(target.id, { held: true })).toEqual({ ...target, held: true })
    expect(await config.updateTarget(TargetId.parse(99), { held: true })).toBeNull()
  })

  it('leave their requests and deliveries in the history when they are removed', async () => {
    const { config, intake, requests, deliveries } = test.history
    const target = await config.addTarget({ url: 'http://localhost:3000', options, held: false })
    const sourceId = await addTestSource(test.history, [target.id])
    const outcome = await intake.store(arrival({ sourceId, originId: 'a' }), Buffer.from('{}'), [
      planned({ targetId: target.id }),
    ])
    if (outcome.kind !== 'stored') throw new Error(outcome.kind)
    expect(await config.removeTarget(target.id)).toBe(true)
    expect(await config.removeTarget(target.id)).toBe(false)
    expect(await config.sources()).toMatchObject([{ targets: [] }])
    expect(await config.targets()).toEqual([])
    expect(await deliveries.of(outcome.summary.id)).toMatchObject([
      { targetId: null, url: 'http://localhost:3000/hooks' },
    ])
    expect(await config.removeSource(sourceId)).toBe(true)
    expect(await config.removeSource(sourceId)).toBe(false)
    expect(await config.updateSource(sourceId, { name: 'x' })).toBeNull()
    expect(await config.sources()).toEqual([])
    const source = { kind: 'creel', name: 'Relay' }
    expect(await requests.get(outcome.summary.id)).toMatchObject({ sourceId, source })
  })
})

describe('settings', () => {
  it('are any JSON by name', async () => {
    const { config } = test.history
    expect(await config.setting('forwarding')).toBeUndefined()
    await config.setSetting('forwarding', false)
    await config.setSetting('window', { width: 1280, panes: [1, null] })
    await config.setSetting('forwarding', true)
    expect(await config.setting('forwarding')).toBe(true)
    expect(await config.setting('window')).toEqual({ width: 1280, panes: [1, null] })
  })
})
