import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrate } from '../../../../core/history/migrate.ts'
import { migrations } from '../../../../core/history/migrations/list.ts'
import { listQuery, patternsOf } from '../../../../core/history/reading/list-requests.ts'

const db = new Database(':memory:')

beforeAll(() => migrate(db, migrations, () => {}))
afterAll(() => void db.close())

function planOf(sql: string): string {
  const parameters = sql.split('?').length - 1
  const rows = db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(Array(parameters).fill(1))
  return rows.map(({ detail }) => detail).join('; ')
}

describe('the queries of the list', () => {
  it('sort nothing, scan no table whole and never touch a body', () => {
    for (const view of ['all', 'failed', 'held', 'pinned'] as const) {
      for (const bySource of [false, true]) {
        for (const [words, colours] of [
          [0, 0],
          [2, 0],
          [0, 1],
          [2, 2],
        ] as const) {
          const plan = planOf(listQuery({ view, bySource, ids: 'range', words, colours }))
          expect(plan, `${view} ${bySource} ${words} ${colours}`).not.toMatch(/TEMP B-TREE|SCAN|body/)
        }
      }
    }
  })

  it('find each view by its own index', () => {
    const plan = (view: 'all' | 'failed' | 'held' | 'pinned', bySource: boolean, colours = 0): string =>
      planOf(listQuery({ view, bySource, ids: 'range', words: 0, colours }))
    expect(plan('all', false)).toMatch(/SEARCH item USING INTEGER PRIMARY KEY/)
    expect(plan('all', true)).toMatch(/item USING (COVERING )?INDEX item_by_source/)
    expect(plan('failed', true)).toMatch(/result USING (COVERING )?INDEX result_failed/)
    expect(plan('held', true)).toMatch(/result USING (COVERING )?INDEX result_held/)
    expect(plan('pinned', false)).toMatch(/mark USING (COVERING )?INDEX mark_pinned/)
    expect(plan('all', false, 1)).toMatch(/mark USING (COVERING )?INDEX mark_coloured/)
    expect(plan('all', true, 1)).toMatch(/mark USING (COVERING )?INDEX mark_coloured/)
    expect(plan('failed', false, 1)).toMatch(/result USING (COVERING )?INDEX result_failed/)
  })
})

describe('the patterns of a search', () => {
  it('take wildcards for what they are', () => {
    expect(patternsOf(['a%b', '_c', '\\'])).toEqual(['%a\\%b%', '%\\_c%', '%\\\\%'])
    expect(patternsOf([])).toEqual([])
  })
})
