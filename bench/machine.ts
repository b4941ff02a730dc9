import Database from 'better-sqlite3'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os'

/** What the figures were taken on, as far as it can change them. */
export type Machine = {
  readonly date: string
  readonly versions: Readonly<Record<string, string>>
  readonly system: string
  readonly cpu: string
  readonly cores: number
  readonly memoryBytes: number
  /** Of the last 1, 5 and 15 minutes, before the bench began. */
  readonly loadAverage: readonly number[]
}

export function describeMachine(): Machine {
  const db = new Database(':memory:')
  const sqlite = String(db.prepare('SELECT sqlite_version()').pluck().get())
  db.close()
  const processors = cpus()
  return {
    date: new Date().toISOString(),
    versions: { node: process.versions.node, sqlite, ws: versionOf('ws'), undici: versionOf('undici') },
    system: `${platform()} ${release()} ${arch()}`,
    cpu: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    memoryBytes: totalmem(),
    loadAverage: loadavg(),
  }
}

function versionOf(name: string): string {
  const file = createRequire(import.meta.url).resolve(`${name}/package.json`)
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
  return version
}
