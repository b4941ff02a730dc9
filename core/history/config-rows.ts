import type Database from 'better-sqlite3'
import type { SourceId, TargetId } from '../../protocol/ids.ts'
import type { Source } from '../../protocol/source.ts'
import type { Target } from '../../protocol/target.ts'

type SourceRow = Omit<Source, 'buckets' | 'targets' | 'held' | 'disconnected'> & {
  readonly buckets: string
  readonly held: number
  readonly disconnected: number
}
type TargetRow = Omit<Target, 'options' | 'held'> & { readonly options: string; readonly held: number }

export type ConfigReads = {
  sources(): Source[]
  source(id: SourceId): Source | null
  targets(): Target[]
  target(id: TargetId): Target | null
  /** JSON text, null when it was never set. */
  setting(name: string): string | null
}

const SOURCE = `SELECT id, kind, name, relay_url AS relayUrl, token_key AS tokenKey, buckets, held, disconnected, created_at AS createdAt
  FROM source WHERE removed_at IS NULL`
const TARGET = 'SELECT id, url, options, held, created_at AS createdAt FROM target WHERE removed_at IS NULL'

/** What the user configured, as both threads read it. */
export function prepareConfigReads(db: Database.Database): ConfigReads {
  const allSources = db.prepare<[], SourceRow>(`${SOURCE} ORDER BY id`)
  const oneSource = db.prepare<[number], SourceRow>(`${SOURCE} AND id = ?`)
  const targetsOf = db
    .prepare<[number], TargetId>('SELECT target_id FROM source_target WHERE source_id = ? ORDER BY position')
    .pluck()
  const allTargets = db.prepare<[], TargetRow>(`${TARGET} ORDER BY id`)
  const oneTarget = db.prepare<[number], TargetRow>(`${TARGET} AND id = ?`)
  const setting = db.prepare<[string], string>('SELECT value FROM setting WHERE name = ?').pluck()

  const toSource = (row: SourceRow): Source => ({
    ...row,
    // Written by this folder from a value of this type.
    buckets: JSON.parse(row.buckets) as string[],
    targets: targetsOf.all(row.id),
    held: row.held === 1,
    disconnected: row.disconnected === 1,
  })
  return {
    sources: () => allSources.all().map(toSource),
    source(id) {
      const row = oneSource.get(id)
      return row === undefined ? null : toSource(row)
    },
    targets: () => allTargets.all().map(toTarget),
    target(id) {
      const row = oneTarget.get(id)
      return row === undefined ? null : toTarget(row)
    },
    setting: (name) => setting.get(name) ?? null,
  }
}

function toTarget(row: TargetRow): Target {
  return { ...row, options: JSON.parse(row.options) as Target['options'], held: row.held === 1 }
}
