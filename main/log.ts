import { mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'

export type Log = pino.Logger

const ROLL_ABOVE_BYTES = 5 * 1024 * 1024

/** Opens the app's log in `folder`. What was written before is kept as one older file once it is large. */
export function openLog(folder: string): Log {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'creel.log')
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (size > ROLL_ABOVE_BYTES) renameSync(file, join(folder, 'creel.old.log'))
  // Synchronous: the lines that matter most are those right before the end.
  return pino({ base: null }, pino.destination({ dest: file, sync: true, mode: 0o600 }))
}
