import { describe, expect, it } from 'vitest'
import { prepareCounts } from '../../../../../core/history/reading/counts.ts'
import type { WriterCalls } from '../../../../../core/history/threads/messages.ts'
import type { RequestId, SourceId } from '../../../../../protocol/ids.ts'
import { useHistoryInOne } from '../../../../helpers/history-in-one.ts'

const { run, store, storeMany, indexAll, find, indexed, progress, parts } = useHistoryInOne()

describe('finding requests', () => {
  it('finds what just came, what is indexed, and both together, newest first', () => {
    const [one, two] = [store('{"order":"alpha"}'), store('{"order":"beta"}')]
    expect(find('alpha').ids).toEqual([one])
    indexAll()
    expect(indexed('order')).toEqual([one, two])
    const three = store('{"order":"alpha again"}')
    expect(indexed('again')).toEqual([])
    expect(find('alpha').ids).toEqual([three, one])
    expect(find('order').ids).toEqual([three, two, one])
    indexAll()
    expect(find('alpha').ids).toEqual([three, one])
  })

  it('finds the same whether it is indexed or just came', () => {
    const bodies = [
      '{"a":"evt_1NG8Du"}',
      '{"b":"Müller & Söhne"}',
      '{"c":"支払い済み"}',
      '{"d":"INVOICE.paid"}',
      '{"e":"naïve"}',
    ]
    const ids = bodies.map((body) => store(body))
    const searches = [
      '1ng',
      'evt_1ng8du',
      'muller',
      'MÜLLER söhne',
      '払い',
      '済み',
      'invoice.paid',
      '"c":"支払',
      'naive',
      'paid inv',
    ]
    const found = (): unknown[] => searches.map((text) => find(text).ids)
    const fresh = found()
    indexAll()
    expect(found()).toEqual(fresh)
    const at = (n: number): RequestId[] => ids.slice(n, n + 1)
    expect(fresh).toEqual([at(0), at(0), at(1), at(1), at(2), at(2), at(3), at(2), at(4), at(3)])
  })

  it('finds words of which the last goes on, in any part of a request', () => {
    const id = store('{"customer":"cus_42"}', {
      method: 'PUT',
      provider: 'stripe',
      event: 'invoice.paid',
      requestTarget: '/in/4b2f/caf%C3%A9/menu?lang=pt%2DBR',
      headers: [['X-Trace', 'abc-77']],
    })
    indexAll()
    for (const text of [
      'stripe cus_42',
      'put café',
      'menu abc-7',
      'lang pt-br',
      'invoice.pa',
      'invoice p',
      '"invoice paid"',
      'cafe',
    ])
      expect(find(text).ids, text).toEqual([id])
    for (const text of ['stri cus_42', 'cus_4 ', '"paid invoice"', '4b2f']) expect(find(text).ids, text).toEqual([])
  })

  it('goes through heads for parts of words where no request has the word', () => {
    const [one, two] = [store('{}', { event: 'invoice.paid' }), store('{"voice":"of someone"}')]
    indexAll()
    expect(find('oice.p').ids).toEqual([one])
    // One has the word itself.
    expect(find('voice').ids).toEqual([two])
    expect(find('/').ids).toEqual([two, one])
  })

  it('pages by id, whatever of it is indexed', () => {
    const many = (word: string): RequestId[] => storeMany(250, (n) => `{"word":"${word}","n":${n}}`)
    const ids = [...many('common')]
    indexAll()
    ids.push(...many('common'))
    const expected = ids.toReversed()
    const pages: RequestId[] = []
    for (let page = find('common', {}, { limit: 90 }).ids; page.length > 0;) {
      pages.push(...page)
      const before = page.at(-1)
      page = before === undefined ? [] : find('common', {}, { before, limit: 90 }).ids
    }
    expect(pages).toEqual(expected)
  })

  it('combines words with a source and a view, also where few of those that have the words are shown', () => {
    const source = (run('addSource', SOURCE) as { id: SourceId }).id
    const old = store('{"word":"common"}', { sourceId: source })
    run('setPinned', { id: old, pinned: true })
    storeMany(2200, () => '{"word":"common"}')
    indexAll()
    const { ids, pieces } = find('common', { sourceId: source })
    expect(ids).toEqual([old])
    expect(pieces).toBeGreaterThan(1)
    expect(find('common', { view: 'pinned' }).ids).toEqual([old])
    expect(find('common', { view: 'pinned', sourceId: source }).ids).toEqual([old])
    expect(find('common', { view: 'failed' }).ids).toEqual([])
  })

  it('knows nothing any more of what was deleted, indexed or not', () => {
    const [one, two] = [store('{"w":"alpha"}'), store('{"w":"alpha"}')]
    indexAll()
    const three = store('{"w":"alpha"}')
    expect(find('alpha').ids).toEqual([three, two, one])
    run('deleteRequests', [two, three])
    expect(find('alpha').ids).toEqual([one])
    indexAll()
    expect(indexed('alpha')).toEqual([one])
    run('deleteRequests', [one])
    expect(find('alpha').ids).toEqual([])
    expect(indexed('post')).toEqual([])
    // Ids are never given out again, so that what comes next stands for itself.
    const four = store('{"w":"beta"}')
    indexAll()
    expect(indexed('post')).toEqual([four])
  })

  it('takes in a burst from its newest end, and finds the rest by heads until it is indexed', () => {
    const ids = storeMany(1500, (n) => `{"n":"word${n}"}`)
    expect(prepareCounts(parts().reader)().unindexed).toBe(500)
    expect(find('word1499').ids).toEqual(ids.slice(1499))
    expect(find('word600').ids).toEqual(ids.slice(600, 601))
    expect(find('word10').ids).toEqual(ids.filter((_, n) => n >= 500 && `word${n}`.startsWith('word10')).toReversed())
    expect(find('hooks').ids).toHaveLength(500)
    expect(find('hooks', {}, { before: 11 as RequestId }).ids).toHaveLength(10)
    indexAll()
    expect(find('word10').ids).toEqual(ids.filter((_, n) => `word${n}`.startsWith('word10')).toReversed())
  })

  it('keeps up with what comes while it is asked again and again', () => {
    const ids: RequestId[] = []
    for (let n = 0; n < 80; n += 1) {
      ids.unshift(...storeMany(1, () => `{"n":"word${n}"}`))
      if (n % 7 === 0) parts().indexer.step()
      expect(find(`"word${n}"`).ids).toEqual([ids[0]])
      expect(find('word').ids).toEqual(ids)
    }
  })
})

describe('filling the index', () => {
  it('writes rows and mark in one transaction, and merges in small steps', () => {
    storeMany(100, (n) => `{"n":"word${n}"}`)
    let marks = 0
    for (let before = -1; parts().indexer.step();) {
      const mark = progress('search')
      expect(indexed('post')).toHaveLength(mark)
      if (mark !== before) marks += 1
      before = mark
    }
    expect(marks).toBeGreaterThan(4)
    expect(progress('search')).toBe(100)
  })

  it('gives back the room of what was deleted', () => {
    const size = (): number =>
      Number(parts().reader.prepare('SELECT sum(length(block)) FROM search_data').pluck().get())
    const ids = storeMany(400, (n) => `{"n":"word${n}","same":"words in each"}`)
    indexAll()
    const before = size()
    run('deleteRequests', ids.slice(20))
    indexAll()
    expect(size()).toBeLessThan(before / 4)
    expect(indexed('same')).toEqual(ids.slice(0, 20))
  })

  it('writes nothing of a step that fails', () => {
    storeMany(30, () => '{}')
    parts().writer.exec("CREATE TRIGGER no BEFORE UPDATE ON progress BEGIN SELECT raise(ABORT, 'no'); END")
    expect(() => parts().indexer.step()).toThrow('no')
    expect(indexed('post')).toEqual([])
    expect(parts().writer.pragma('synchronous', { simple: true })).toBe(2)
    parts().writer.exec('DROP TRIGGER no')
    indexAll()
    expect(indexed('post')).toHaveLength(30)
  })

  it('takes what just came before what was there before the index, which it takes from the newest on', () => {
    const old = storeMany(100, () => '{"age":"old"}')
    parts().writer.exec("UPDATE progress SET value = 100 WHERE name IN ('search', 'search floor')")
    const young = storeMany(3, () => '{"age":"young"}')
    expect(find('young').ids).toEqual(young.toReversed())
    expect(prepareCounts(parts().reader)().unindexed).toBe(100)
    // Of old ones only heads are known yet, and these all have this word.
    expect(find('hooks').ids).toEqual([...old, ...young].toReversed())
    while (indexed('post').length === 0) parts().indexer.step()
    expect(indexed('post')).toEqual(young)
    while (indexed('post').length === 3) parts().indexer.step()
    expect(indexed('old')).toEqual(old.slice(-20))
    expect(find('old').ids).toEqual(old.slice(-20).toReversed())
    indexAll()
    expect(prepareCounts(parts().reader)().unindexed).toBe(0)
    expect(find('old').ids).toEqual(old.toReversed())
  })
})

const SOURCE: WriterCalls['addSource']['input'] = {
  kind: 'creel',
  name: 'Relay',
  relayUrl: 'https://relay.example.com',
  tokenKey: 'crk_abcdef',
  buckets: [],
  targets: [],
  held: false,
  disconnected: false,
}
