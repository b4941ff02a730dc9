import type Database from 'better-sqlite3'
import type { RequestId } from '../../../protocol/ids.ts'
import type { ExpiryRule, ExpiryScope, ExpiryStep } from '../keeping.ts'
import type { CounterName } from './counters.ts'
import type { Deletions } from './deletions.ts'
import type { Waste } from './waste.ts'

export type RetentionWrites = {
  /** Deletes what one rule says, oldest first, from behind `after`, for a few ms. */
  expire(rule: ExpiryRule, after: number, now: number): ExpiryStep
  /** Erases bodies that nobody owns any more, for a few ms. Whether none are left. */
  erase(): boolean
}

/** How long one step may take: what arrives meanwhile waits for it. */
const STEP_MS = 4
const ROWS_AT_ONCE = 64
/** Pages that are moved between two looks at the clock. */
const PAGES_AT_ONCE = 16

type Row = { readonly id: RequestId; readonly storedAt: number; readonly content: number }
type Freed = { readonly requests: number; readonly content: number }

/** Steps of keeping the history within its limits. Each is a job among others, so what arrives is stored in the same commits. */
export function prepareRetention(
  db: Database.Database,
  parts: { readonly deletions: Deletions; readonly waste: Waste },
): RetentionWrites {
  const { deletions, waste } = parts
  const candidates = prepareCandidates(db)
  const isPinned = db.prepare<[number], number>('SELECT 1 FROM mark WHERE item_id = ? AND pinned = 1').pluck()
  const isUnderWay = db.prepare<[number], number>('SELECT 1 FROM delivery WHERE item_id = ? AND live = 1').pluck()
  const isHidden = db.prepare<[number], number>('SELECT 1 FROM trash WHERE item_id = ?').pluck()
  const judge = prepareSatisfaction(db)

  /** What the user asked to keep, can still take back, or would miss: what waits to be sent has done nothing yet. Clearing takes that, too. */
  function stays(id: RequestId, rule: ExpiryRule): boolean {
    if (isPinned.get(id) !== undefined || isHidden.get(id) !== undefined) return true
    return rule.kind !== 'clear' && isUnderWay.get(id) !== undefined
  }

  function expire(rule: ExpiryRule, after: number, now: number): ExpiryStep {
    const isOver = startClock()
    const isSatisfied = judge(rule)
    const ids: RequestId[] = []
    let freed: Freed = { requests: 0, content: 0 }
    let at = after
    const step = (isDone: boolean): ExpiryStep => ({ ids, after: at, isDone })
    for (;;) {
      // Before it is judged how much there is: what was deleted but not erased yet counts no more.
      if (!waste.erase(isOver)) return step(false)
      const rows = candidates(rule.scope, at)
      if (rows.length === 0) return step(true)
      for (const row of rows) {
        if (isSatisfied(row, freed)) return step(true)
        at = row.id
        if (!stays(row.id, rule)) {
          deletions.expire(row.id, now)
          ids.push(row.id)
          freed = { requests: freed.requests + 1, content: freed.content + row.content }
        }
        if (isOver()) return step(false)
        if (rule.kind === 'bytes' && !waste.erase(isOver)) return step(false)
      }
    }
  }

  return {
    expire,
    erase: () => waste.erase(startClock()),
  }
}

/** Gives free pages back to the file system, for a few ms. Whether none are left. */
export function shrink(db: Database.Database): boolean {
  const isOver = startClock()
  while (Number(db.pragma('freelist_count', { simple: true })) > 0) {
    if (isOver()) return false
    db.pragma(`incremental_vacuum(${PAGES_AT_ONCE})`)
  }
  return true
}

function startClock(): () => boolean {
  const end = performance.now() + STEP_MS
  return () => performance.now() >= end
}

function prepareCandidates(db: Database.Database): (scope: ExpiryScope, after: number) => Row[] {
  const select = 'SELECT id, stored_at AS storedAt, body_bytes + length(headers) AS content FROM item'
  const order = `id > ? ORDER BY id LIMIT ${ROWS_AT_ONCE}`
  const all = db.prepare<[number], Row>(`${select} WHERE ${order}`)
  const ofSource = db.prepare<[number, number], Row>(`${select} WHERE source_id = ? AND ${order}`)
  const ofNone = db.prepare<[number], Row>(`${select} WHERE source_id IS NULL AND ${order}`)
  return (scope, after) => {
    if (scope === 'all') return all.all(after)
    return scope === 0 ? ofNone.all(after) : ofSource.all(scope, after)
  }
}

/** Whether a rule asks for nothing more, judged by the oldest that is left and by what this step deleted, which is counted only at its commit. */
function prepareSatisfaction(db: Database.Database): (rule: ExpiryRule) => (oldest: Row, freed: Freed) => boolean {
  const sum = db.prepare<[string], number>('SELECT coalesce(sum(value), 0) FROM counter WHERE name = ?').pluck()
  const one = db.prepare<[string, number], number>('SELECT value FROM counter WHERE name = ? AND source_id = ?').pluck()
  const counted = (name: CounterName, scope: ExpiryScope): number =>
    (scope === 'all' ? sum.get(name) : one.get(name, scope)) ?? 0

  return (rule) => {
    switch (rule.kind) {
      case 'age':
        return ({ storedAt }) => storedAt >= rule.before
      case 'clear':
        return ({ id }) => id > rule.upTo
      case 'count': {
        const total = counted('total', rule.scope)
        return (_oldest, freed) => total - freed.requests <= rule.keep
      }
      case 'bytes': {
        if (rule.scope === 'all') return () => usedBytes(db) <= rule.keep
        const content = counted('content', rule.scope)
        return (_oldest, freed) => content - freed.content <= rule.keep
      }
    }
  }
}

/** Of the file, without what is free in it. */
function usedBytes(db: Database.Database): number {
  const read = (name: string): number => Number(db.pragma(name, { simple: true }))
  return (read('page_count') - read('freelist_count')) * read('page_size')
}
