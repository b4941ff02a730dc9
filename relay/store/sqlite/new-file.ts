import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { StoreError } from '../store-error.ts'

/**
 * Makes the store's file where there is none, under another name first: a start that is cut off, by a full disk too, leaves no part of one. Of two
 * relays that make it at once one wins.
 */
export function makeNewFile(file: string, make: (temporary: string) => void): void {
  if (sizeOf(file) !== null) return
  const temporary = `${file}.${randomBytes(6).toString('hex')}.new`
  // Made here because SQLite would make it readable for everybody.
  closeSync(openSync(temporary, 'ax', 0o600))
  try {
    make(temporary)
    publish(temporary, file)
  } finally {
    for (const name of [temporary, `${temporary}-wal`]) rmSync(name, { force: true })
  }
}

/** A file that has lost all it had; or a journal without its database, which SQLite would throw away with what it holds. */
export function refuseCutOff(file: string): void {
  const journal = `${file}-wal`
  if (sizeOf(journal)) {
    if (sizeOf(file)) return
    const sentence = `${file} is empty or gone, but its journal ${journal} is there. Restore both from a backup, or move them aside to begin anew.`
    throw new StoreError('corrupt', sentence)
  }
  if (sizeOf(file) !== 0) return
  throw new StoreError(
    'corrupt',
    `${file} is empty: what it held is gone. Restore it from a backup, or move it aside to begin anew.`,
  )
}

function publish(temporary: string, file: string): void {
  try {
    linkSync(temporary, file)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return
    // No hard links here (FAT, some network shares): a rename is whole too, though not exclusive.
    renameSync(temporary, file)
  }
  if (process.platform === 'win32') return
  const folder = openSync(dirname(file), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

/** In bytes, or null where there is no file. */
function sizeOf(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.size ?? null
}
