import { describe, expect, it } from 'vitest'
import type { RequestId } from '../../../../../protocol/ids.ts'
import { useHistoryInOne } from '../../../../helpers/history-in-one.ts'

const { run, store, storeMany, indexAll, find } = useHistoryInOne()

describe('finding notes and colours', () => {
  it('has what a person wrote about requests, alone or together with what came, as soon as it is written', () => {
    const [one, two, three] = [store('{"w":"alpha"}'), store('{"w":"beta"}'), store('{"w":"alpha gamma"}')]
    indexAll()
    run('setNote', { id: one, note: 'Ask Jonas about the Überweisung, 5% off' })
    run('setNote', { id: two, note: 'the carrier says gamma rays' })
    expect(find('jonas').ids).toEqual([one])
    expect(find('uberweis').ids).toEqual([one])
    expect(find('"about the über"').ids).toEqual([one])
    expect(find('5%').ids).toEqual([one])
    expect(find('gamma').ids).toEqual([three, two])
    expect(find('jonas alpha').ids).toEqual([one])
    expect(find('jonas beta').ids).toEqual([])
    expect(find('gamma', {}, { limit: 1 }).ids).toEqual([three])
    expect(find('gamma', {}, { before: three, limit: 1 }).ids).toEqual([two])
    expect(find('carrier', { view: 'pinned' }).ids).toEqual([])
    run('setNote', { id: two, note: '' })
    expect(find('carrier').ids).toEqual([])
    expect(find('gamma').ids).toEqual([three])
    run('hide', [one])
    expect(find('jonas').ids).toEqual([])
  })

  it('puts notes in the order of all that is found, page by page', () => {
    const ids = storeMany(120, (n) => (n % 2 === 0 ? '{"w":"common"}' : '{"w":"other"}'))
    indexAll()
    for (const [n, id] of ids.entries()) if (n % 3 === 1) run('setNote', { id, note: 'nothing common here' })
    const expected = ids.filter((_, n) => n % 2 === 0 || n % 3 === 1).toReversed()
    expect(find('common').ids).toEqual(expected)
    const pages: RequestId[] = []
    for (let page = find('common', {}, { limit: 7 }).ids; page.length > 0;) {
      pages.push(...page)
      const before = page.at(-1)
      page = before === undefined ? [] : find('common', {}, { before, limit: 7 }).ids
    }
    expect(pages).toEqual(expected)
  })

  it('finds a colour, with words and in a view', () => {
    const [one, two, three, four] = storeMany(4, (n) => `{"w":"${n === 1 ? 'beta' : 'alpha'}"}`) as [
      RequestId,
      RequestId,
      RequestId,
      RequestId,
    ]
    indexAll()
    run('setColour', { ids: [one, two, three], colour: 4 })
    run('setColour', { ids: [four], colour: 1 })
    run('setPinned', { id: three, pinned: true })
    expect(find('colour:4').ids).toEqual([three, two, one])
    expect(find('colour:4', {}, { limit: 2 }).ids).toEqual([three, two])
    expect(find('colour:4', {}, { before: two }).ids).toEqual([one])
    expect(find('colour:4 alpha').ids).toEqual([three, one])
    expect(find('beta colour:4').ids).toEqual([two])
    expect(find('colour:4', { view: 'pinned' }).ids).toEqual([three])
    expect(find('colour:2').ids).toEqual([])
    expect(find('colour:1 colour:4').ids).toEqual([])
    run('setColour', { ids: [one, two], colour: null })
    expect(find('colour:4').ids).toEqual([three])
    run('setNote', { id: three, note: 'seen by Mira' })
    run('setNote', { id: four, note: 'seen by Mira' })
    expect(find('mira colour:4').ids).toEqual([three])
  })
})
