import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'

export type Log = pino.Logger

const ROLL_ABOVE_BYTES = 5 * 1024 * 1024

/** Opens the app's log in `folder`. Once it is large it is kept as one older file, in the place of the one before. */
export function openLog(folder: string, rollAboveBytes = ROLL_ABOVE_BYTES): Log {
  mkdirSync(folder, { recursive: true })
  return pino({ base: null }, openRollingFile(logFile(folder), olderLogFile(folder), rollAboveBytes))
}

export function logFile(folder: string): string {
  return join(folder, 'creel.log')
}

export function olderLogFile(folder: string): string {
  return join(folder, 'creel.old.log')
}

/** Synchronous: the lines that matter most are those right before the end. */
function openRollingFile(file: string, older: string, rollAboveBytes: number): { write(line: string): void } {
  let opened: Opened | null = open(file)

  function roll(full: Opened): void {
    // Forgotten first: the system gives the number of a closed file to the next that is opened, the history's database for example.
    opened = null
    closeSync(full.fd)
    try {
      renameSync(file, older)
    } catch {
      // Somebody has moved it away, or it has to grow on.
    }
  }

  return {
    write(line) {
      try {
        if (opened !== null && opened.bytes > rollAboveBytes) roll(opened)
        opened ??= open(file)
        opened.bytes += writeSync(opened.fd, line)
      } catch {
        // A full disk must not stop what is only told of here; the history tells of the disk in the window.
      }
    },
  }
}

type Opened = { readonly fd: number; bytes: number }

function open(file: string): Opened {
  const fd = openSync(file, 'a', 0o600)
  return { fd, bytes: fstatSync(fd).size }
}
