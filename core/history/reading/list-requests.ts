import type Database from 'better-sqlite3'
import type { RequestId } from '../../../protocol/ids.ts'
import type { RequestSummary } from '../../../protocol/request.ts'
import type { RequestFilter } from '../history.ts'
import type { ListPiece, ReaderCalls } from '../threads/messages.ts'
import { prepareFindNoted } from '../search/find-noted.ts'
import { prepareFindRequests } from '../search/find-requests.ts'
import { readColours } from '../search/read-colours.ts'
import { readSearch } from '../search/read-search.ts'
import { MARK_JOIN, RESULT_JOIN, SUMMARY_COLUMNS, WORST_JOIN, toSummary, type SummaryRow } from './request-rows.ts'

export const PAGE_ROWS_MAX = 500
/** Ids that one piece of a search looks through, so that other reads get in between. */
const SCANNED_IDS = 20_000

type Shape = {
  readonly view: RequestFilter['view']
  readonly bySource: boolean
  /** Where it is looked: all ids of a range, or one. */
  readonly ids: 'range' | 'one'
  readonly words: number
  /** How many colours are asked for. */
  readonly colours: number
}

/** CROSS JOIN fixes the order: the newest rows of the view are found by its index, the rest by id. */
type Origin = { readonly from: string; readonly condition: string; readonly id: string; readonly source: string }

const views: Readonly<Record<RequestFilter['view'], Origin>> = {
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

/** Of all requests, those that have some colour. */
const coloured: Origin = {
  from: `mark INDEXED BY mark_coloured CROSS JOIN item ON item.id = mark.item_id ${RESULT_JOIN} ${WORST_JOIN}`,
  condition: '1',
  id: 'mark.item_id',
  source: 'item.source_id',
}

const WORD_CONDITION = `(substr(item.request_target, item.mount_bytes + 1) LIKE ? ESCAPE '\\' OR item.event LIKE ? ESCAPE '\\'
  OR item.provider LIKE ? ESCAPE '\\' OR item.method LIKE ? ESCAPE '\\')`

/** The query of a kind of list: newest first, from below one id down to another; or of one row, if it belongs to the list. */
export function listQuery(shape: Shape): string {
  const isByColour = shape.view === 'all' && shape.colours > 0 && shape.ids === 'range'
  const { from, condition, id, source } = isByColour ? coloured : views[shape.view]
  const range = shape.ids === 'one' ? [`${id} = ?`] : [`${id} < ?`, `${id} >= ?`]
  const conditions = [condition, ...range, `NOT EXISTS (SELECT 1 FROM trash WHERE item_id = ${id})`]
  if (shape.bySource) conditions.push(`${source} = ?`)
  for (let colour = 0; colour < shape.colours; colour += 1) conditions.push('mark.colour = ?')
  for (let word = 0; word < shape.words; word += 1) conditions.push(WORD_CONDITION)
  const order = shape.ids === 'one' ? '' : ` ORDER BY ${id} DESC LIMIT ?`
  return `SELECT ${SUMMARY_COLUMNS} FROM ${from} WHERE ${conditions.join(' AND ')}${order}`
}

/**
 * Lists by keyset. A search for words asks the index; where that knows of none, it goes through heads of rows for parts of words. Both answer by bounded
 * pieces that say where to go on.
 */
export function prepareList(db: Database.Database): (input: ReaderCalls['list']['input']) => ListPiece {
  const prepared = new Map<string, Database.Statement<unknown[], SummaryRow>>()
  const newest = db.prepare<[], number>('SELECT coalesce(max(id), 0) FROM item').pluck()
  const findRequests = prepareFindRequests(db)
  const findNoted = prepareFindNoted(db)

  function statementFor(shape: Shape): Database.Statement<unknown[], SummaryRow> {
    const key = JSON.stringify(shape)
    const statement = prepared.get(key) ?? db.prepare<unknown[], SummaryRow>(listQuery(shape))
    prepared.set(key, statement)
    return statement
  }

  return ({ filter, before, limit: asked }) => {
    const { colours, text } = readColours(filter.text)
    const search = readSearch(text)
    const { words } = search
    const patterns = patternsOf(words).flatMap((pattern) => [pattern, pattern, pattern, pattern])
    const marks = [...(filter.sourceId === null ? [] : [filter.sourceId]), ...colours]
    const shape = { view: filter.view, bySource: filter.sourceId !== null, colours: colours.length } as const
    const range = statementFor({ ...shape, ids: 'range', words: words.length })
    const limit = Math.min(Math.max(asked, 1), PAGE_ROWS_MAX)

    function scan(upper: number, lower: number): ListPiece {
      const end = words.length === 0 ? lower : Math.max(lower, upper - SCANNED_IDS)
      const rows = range.all(upper, end, ...marks, ...patterns, limit)
      return { rows: rows.map(toSummary), next: rows.length >= limit || end <= 1 ? null : (end as RequestId) }
    }

    const upper = before ?? (newest.get() ?? 0) + 1
    if (words.length === 0) return scan(upper, 0)
    const one = statementFor({ ...shape, ids: 'one', words: 0 })
    const rowOf = (id: number): RequestSummary | undefined => {
      const row = one.get(id, ...marks)
      return row === undefined ? undefined : toSummary(row)
    }
    const isFiltered = filter.view !== 'all' || marks.length > 0
    const rows = { limit, isFirst: before === null, isFiltered, row: rowOf, scan }
    const found = search.phrases.length === 0 ? null : findRequests(search, upper, rows)
    const piece = found ?? scan(upper, 0)
    const noted = findNoted(search, upper, lowestOf(piece, limit)).flatMap((id) => rowOf(id) ?? [])
    return withMore(piece, noted, limit)
  }
}

/** All that match from there up are in the piece. */
function lowestOf(piece: ListPiece, limit: number): number {
  return piece.next ?? (piece.rows.length >= limit ? (piece.rows.at(-1)?.id ?? 0) : 0)
}

/** A piece with others of the ids that it covers. */
function withMore(piece: ListPiece, others: readonly RequestSummary[], limit: number): ListPiece {
  const byId = new Map([...piece.rows, ...others].map((row) => [row.id, row]))
  if (byId.size === piece.rows.length) return piece
  const rows = [...byId.values()].toSorted((a, b) => b.id - a.id).slice(0, limit)
  return { rows, next: rows.length >= limit ? null : piece.next }
}

/** LIKE patterns of a search's words, in which SQLite's own wildcards stand for themselves. */
export function patternsOf(words: readonly string[]): string[] {
  return words.map((word) => `%${word.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`)
}
