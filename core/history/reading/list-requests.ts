import type Database from 'better-sqlite3'
import type { RequestId } from '../../../protocol/ids.ts'
import type { RequestFilter } from '../history.ts'
import type { ListPiece, ReaderCalls } from '../threads/messages.ts'
import { MARK_JOIN, RESULT_JOIN, SUMMARY_COLUMNS, WORST_JOIN, toSummary, type SummaryRow } from './request-rows.ts'

export const PAGE_ROWS_MAX = 500
/** Ids that one piece of a search looks through, so that other reads get in between. */
const SCANNED_IDS = 20_000
const WORDS_MAX = 8

type Shape = { readonly view: RequestFilter['view']; readonly bySource: boolean; readonly words: number }

/** CROSS JOIN fixes the order: the newest rows of the view are found by its index, the rest by id. */
const views: Readonly<Record<RequestFilter['view'], { from: string; condition: string; id: string; source: string }>> =
  {
    all: {
      from: `item ${MARK_JOIN} ${RESULT_JOIN} ${WORST_JOIN}`,
      condition: '1',
      id: 'item.id',
      source: 'item.source_id',
    },
    failed: {
      from: `result CROSS JOIN item ON item.id = result.item_id ${MARK_JOIN} ${WORST_JOIN}`,
      condition: 'result.failed > 0',
      id: 'result.item_id',
      source: 'result.source_id',
    },
    held: {
      from: `result CROSS JOIN item ON item.id = result.item_id ${MARK_JOIN} ${WORST_JOIN}`,
      condition: 'result.held > 0',
      id: 'result.item_id',
      source: 'result.source_id',
    },
    pinned: {
      from: `mark CROSS JOIN item ON item.id = mark.item_id ${RESULT_JOIN} ${WORST_JOIN}`,
      condition: 'mark.pinned = 1',
      id: 'mark.item_id',
      source: 'item.source_id',
    },
  }

const WORD_CONDITION = `(substr(item.request_target, item.mount_bytes + 1) LIKE ? ESCAPE '\\' OR item.event LIKE ? ESCAPE '\\'
  OR item.provider LIKE ? ESCAPE '\\' OR item.method LIKE ? ESCAPE '\\')`

/** The query of a kind of list: newest first, from below one id down to another. */
export function listQuery(shape: Shape): string {
  const { from, condition, id, source } = views[shape.view]
  const conditions = [condition, `${id} < ?`, `${id} >= ?`, `NOT EXISTS (SELECT 1 FROM trash WHERE item_id = ${id})`]
  if (shape.bySource) conditions.push(`${source} = ?`)
  for (let word = 0; word < shape.words; word += 1) conditions.push(WORD_CONDITION)
  return `SELECT ${SUMMARY_COLUMNS} FROM ${from} WHERE ${conditions.join(' AND ')} ORDER BY ${id} DESC LIMIT ?`
}

/** Lists by keyset; a search for words goes through a bounded piece of the history and says where to go on. */
export function prepareList(db: Database.Database): (input: ReaderCalls['list']['input']) => ListPiece {
  const prepared = new Map<string, Database.Statement<unknown[], SummaryRow>>()
  const newest = db.prepare<[], number>('SELECT coalesce(max(id), 0) FROM item').pluck()

  function statementFor(shape: Shape): Database.Statement<unknown[], SummaryRow> {
    const key = JSON.stringify(shape)
    const statement = prepared.get(key) ?? db.prepare<unknown[], SummaryRow>(listQuery(shape))
    prepared.set(key, statement)
    return statement
  }

  return ({ filter, before, limit }) => {
    const patterns = patternsOf(filter.text)
    const { view, sourceId } = filter
    const statement = statementFor({ view, bySource: sourceId !== null, words: patterns.length })
    const upper = before ?? (newest.get() ?? 0) + 1
    const lower = patterns.length === 0 ? 0 : Math.max(0, upper - SCANNED_IDS)
    const rows = statement.all(
      upper,
      lower,
      ...(sourceId === null ? [] : [sourceId]),
      ...patterns.flatMap((pattern) => [pattern, pattern, pattern, pattern]),
      Math.min(Math.max(limit, 1), PAGE_ROWS_MAX),
    )
    const isFull = rows.length >= limit
    return { rows: rows.map(toSummary), next: isFull || lower <= 1 ? null : (lower as RequestId) }
  }
}

/** LIKE patterns of a search's words, in which SQLite's own wildcards stand for themselves. */
export function patternsOf(text: string): string[] {
  const words = text.split(/\s+/).filter((word) => word !== '')
  return words.slice(0, WORDS_MAX).map((word) => `%${word.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`)
}
