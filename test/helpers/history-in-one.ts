import type Database from 'better-sqlite3'
import { afterEach, beforeEach } from 'vitest'
import { toArrivalRow } from '../../core/history/arrival-row.ts'
import type { Arrival, RequestFilter } from '../../core/history/history.ts'
import { openForReading, openForWriting } from '../../core/history/open-database.ts'
import { prepareList } from '../../core/history/reading/list-requests.ts'
import { prepareIndexer, type Indexer } from '../../core/history/search/indexer.ts'
import type { Call, ListPiece, StoreReply, WriterCalls } from '../../core/history/threads/messages.ts'
import { prepareJobs, type WriteJobs } from '../../core/history/writing/jobs.ts'
import type { RequestId } from '../../protocol/ids.ts'
import { arrival, newHistoryFile, removeHistoryFile } from './history.ts'

type Opened = {
  readonly file: string
  readonly writer: Database.Database
  readonly reader: Database.Database
  readonly jobs: WriteJobs
  readonly indexer: Indexer
  readonly list: ReturnType<typeof prepareList>
}

/** What the history's threads do, in one and at once, so that a test says when the index is filled. New for each test of the file. */
export function useHistoryInOne() {
  let opened: Opened | null = null
  beforeEach(() => {
    const file = newHistoryFile()
    const writer = openForWriting({ file, nativeBinding: null, role: 'writer' })
    // Not one of these tests is about power cuts.
    writer.pragma('synchronous = OFF')
    const reader = openForReading({ file, nativeBinding: null, role: 'reader' })
    const [jobs, indexer, list] = [prepareJobs(writer), prepareIndexer(writer), prepareList(reader)]
    opened = { file, writer, reader, jobs, indexer, list }
  })
  afterEach(() => {
    const { file, writer, reader } = parts()
    reader.close()
    writer.close()
    removeHistoryFile(file)
  })

  function parts(): Opened {
    if (opened === null) throw new Error('The history is opened before each test.')
    return opened
  }

  function run<N extends keyof WriterCalls>(name: N, input: WriterCalls[N]['input']): unknown {
    return parts()
      .jobs.toJob({ id: 1, name, input } as Call<WriterCalls>, 1_700_000_000_000)
      .run()
  }

  function store(body: string, change: Partial<Arrival> = {}): RequestId {
    const bytes = new Uint8Array(Buffer.from(body))
    const row = toArrivalRow(arrival({ bodyBytes: bytes.length, provider: null, event: null, ...change }))
    const reply = run('store', { arrival: row, content: { kind: 'inline', bytes }, deliveries: [] }) as StoreReply
    if (reply.kind !== 'stored') throw new Error(reply.kind)
    return reply.id
  }

  /** As main asks for them: piece by piece. */
  function find(text: string, filter: Partial<RequestFilter> = {}, page: { before?: RequestId; limit?: number } = {}) {
    const { before = null, limit = 500 } = page
    const ids: RequestId[] = []
    let pieces = 0
    for (let at: RequestId | null = before; pieces === 0 || at !== null; pieces += 1) {
      const wanted = { view: 'all', sourceId: null, text, ...filter } as const
      const piece: ListPiece = parts().list({ filter: wanted, before: at, limit: limit - ids.length })
      ids.push(...piece.rows.map(({ id }) => id))
      at = piece.next
    }
    return { ids, pieces }
  }

  return {
    run,
    store,
    find,
    storeMany: (count: number, bodyOf: (n: number) => string): RequestId[] =>
      parts().writer.transaction(() => Array.from({ length: count }, (_, n) => store(bodyOf(n))))(),
    indexAll(): void {
      while (parts().indexer.step());
    },
    /** Ids of which the index has these words. */
    indexed: (expression: string): number[] =>
      parts()
        .reader.prepare<[string], number>('SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid')
        .pluck()
        .all(expression),
    progress: (name: string): number =>
      parts().reader.prepare<[string], number>('SELECT value FROM progress WHERE name = ?').pluck().get(name) ?? -1,
    /** Whatever else is asked of it. */
    parts,
  }
}
