import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What every figure is given. */
export type Context = {
  readonly isQuick: boolean
  /** How often a figure and its baseline are measured, in turn. */
  readonly rounds: number
  /** A new folder, deleted with the bench at the latest. */
  newFolder(name: string): string
  removeFolder(folder: string): void
  /** Tells whoever waits what happens; not part of the result. */
  say(text: string): void
}

export function createContext(isQuick: boolean): Context & { readonly clean: () => void } {
  const root = mkdtempSync(join(tmpdir(), 'creel-bench-'))
  const remove = (folder: string): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  return {
    isQuick,
    rounds: isQuick ? 2 : 3,
    newFolder: (name) => mkdtempSync(join(root, `${name}-`)),
    removeFolder: remove,
    say: (text) => void process.stderr.write(`[bench] ${seconds(performance.now())} ${text}\n`),
    clean: () => remove(root),
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(0).padStart(4)} s`
}
