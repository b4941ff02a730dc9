import type Database from 'better-sqlite3'
import type { SourceId, TargetId } from '../../../protocol/ids.ts'
import type { Source } from '../../../protocol/source.ts'
import type { Target } from '../../../protocol/target.ts'
import { prepareConfigReads } from '../config-rows.ts'
import type { SourceChange, TargetChange } from '../threads/messages.ts'

export type ConfigWrites = {
  addSource(source: Omit<Source, 'id' | 'createdAt'>, now: number): Source
  updateSource(id: SourceId, change: SourceChange): Source | null
  removeSource(id: SourceId, now: number): boolean
  noteTtl(id: SourceId, ttlMs: number): void
  addTarget(target: Omit<Target, 'id' | 'createdAt'>, now: number): Target
  updateTarget(id: TargetId, change: TargetChange): Target | null
  removeTarget(id: TargetId, now: number): boolean
  setSetting(name: string, json: string): void
}

/** Sources, targets and settings. What is removed leaves a bare row, because items and deliveries name it. */
export function prepareConfig(db: Database.Database): ConfigWrites {
  return { ...prepareSources(db), ...prepareTargets(db), ...prepareSettings(db) }
}

function prepareSources(
  db: Database.Database,
): Pick<ConfigWrites, 'addSource' | 'updateSource' | 'removeSource' | 'noteTtl'> {
  const reads = prepareConfigReads(db)
  const insert = db.prepare<unknown[]>(
    'INSERT INTO source (kind, name, relay_url, token_key, buckets, held, disconnected, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const update = db.prepare<unknown[]>(
    'UPDATE source SET name = ?, relay_url = ?, token_key = ?, buckets = ?, held = ?, disconnected = ? WHERE id = ?',
  )
  const remove = db.prepare<[number, number]>(
    `UPDATE source SET removed_at = ?, relay_url = '', token_key = '', buckets = '[]' WHERE id = ? AND removed_at IS NULL`,
  )
  const setTtl = db.prepare<[number, number]>('UPDATE source SET ttl_ms = ? WHERE id = ?')
  const unlink = db.prepare<[number]>('DELETE FROM source_target WHERE source_id = ?')
  // A target that was removed meanwhile is left out.
  const link = db.prepare<[number, number, number]>(
    'INSERT OR IGNORE INTO source_target (source_id, target_id, position) SELECT ?, id, ? FROM target WHERE id = ? AND removed_at IS NULL',
  )

  function setTargets(id: SourceId, targets: readonly TargetId[]): void {
    unlink.run(id)
    for (const [position, target] of targets.entries()) link.run(id, position, target)
  }

  return {
    addSource(source, now) {
      const { kind, name, relayUrl, tokenKey } = source
      const row = insert.run(kind, name, relayUrl, tokenKey, ...listAndSwitches(source), Math.round(now))
      const id = Number(row.lastInsertRowid) as SourceId
      setTargets(id, source.targets)
      const added = reads.source(id)
      if (added === null) throw new Error('The source that was just added cannot be read.')
      return added
    },
    updateSource(id, change) {
      const before = reads.source(id)
      if (before === null) return null
      const after = { ...before, ...change }
      update.run(after.name, after.relayUrl, after.tokenKey, ...listAndSwitches(after), id)
      setTargets(id, after.targets)
      return reads.source(id)
    },
    removeSource(id, now) {
      unlink.run(id)
      return remove.run(Math.round(now), id).changes > 0
    },
    noteTtl: (id, ttlMs) => void setTtl.run(Math.round(ttlMs), id),
  }
}

function listAndSwitches(source: Pick<Source, 'buckets' | 'held' | 'disconnected'>): readonly [string, number, number] {
  return [JSON.stringify(source.buckets), source.held ? 1 : 0, source.disconnected ? 1 : 0]
}

function prepareTargets(db: Database.Database): Pick<ConfigWrites, 'addTarget' | 'updateTarget' | 'removeTarget'> {
  const reads = prepareConfigReads(db)
  const insert = db.prepare<[string, string, number, number]>(
    'INSERT INTO target (url, options, held, created_at) VALUES (?, ?, ?, ?)',
  )
  const update = db.prepare<[string, string, number, number]>(
    'UPDATE target SET url = ?, options = ?, held = ? WHERE id = ?',
  )
  const remove = db.prepare<[number, number]>('UPDATE target SET removed_at = ? WHERE id = ? AND removed_at IS NULL')
  const unlink = db.prepare<[number]>('DELETE FROM source_target WHERE target_id = ?')
  return {
    addTarget({ url, options, held }, now) {
      const createdAt = Math.round(now)
      const row = insert.run(url, JSON.stringify(options), held ? 1 : 0, createdAt)
      return { id: Number(row.lastInsertRowid) as TargetId, url, options, held, createdAt }
    },
    updateTarget(id, change) {
      const before = reads.target(id)
      if (before === null) return null
      const after = { ...before, ...change }
      update.run(after.url, JSON.stringify(after.options), after.held ? 1 : 0, id)
      return reads.target(id)
    },
    removeTarget(id, now) {
      unlink.run(id)
      return remove.run(Math.round(now), id).changes > 0
    },
  }
}

function prepareSettings(db: Database.Database): Pick<ConfigWrites, 'setSetting'> {
  const upsert = db.prepare<[string, string]>(
    'INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  )
  return { setSetting: (name, json) => void upsert.run(name, json) }
}
