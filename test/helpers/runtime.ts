import { readFileSync } from 'node:fs'

/** How to start the app on this machine, as set-up found out (scripts/setup/runtime.mjs writes it). */
export type Runtime = {
  readonly app: string
  readonly node24: string
  readonly electron: {
    readonly kind: 'official' | 'fallback' | 'given'
    readonly version: string
    readonly executable: string
    readonly sqliteBinding: string | null
  }
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

export function readRuntime(): Runtime {
  return JSON.parse(readFileSync(new URL('../../.cache/runtime.json', import.meta.url), 'utf8')) as Runtime
}
