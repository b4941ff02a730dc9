import { HistoryError, type HistoryErrorCode } from './history.ts'

type Explanation = { readonly code: HistoryErrorCode; readonly happened: string; readonly fix: string }

const full: Explanation = {
  code: 'disk-full',
  happened: 'The disk is full',
  fix: 'Free some space: Creel goes on by itself, and what came meanwhile waits at the relay.',
}
const locked: Explanation = {
  code: 'database-locked',
  happened: 'Another program has locked the file',
  fix: 'Close the program that has the file open, for example a database browser or a second Creel.',
}
const forbidden: Explanation = {
  code: 'no-permission',
  happened: 'The file cannot be written',
  fix: 'Give your user the right to read and write the file and its folder.',
}
const broken: Explanation = {
  code: 'database-broken',
  happened: 'The file is damaged or is not a history of Creel',
  fix: 'Move the file aside and start Creel again: it begins a new history. Keep the old file if you want it looked into.',
}
const unreadable: Explanation = {
  code: 'database-broken',
  happened: 'The disk did not answer as it should',
  fix: 'Check the disk that holds the file, and that it is still connected.',
}

/** By the beginning of SQLite's result code (https://sqlite.org/rescode.html) or the system's error code. */
const explanations: readonly (readonly [prefix: string, explanation: Explanation])[] = [
  ['SQLITE_FULL', full],
  ['ENOSPC', full],
  // The index of the journal, made at opening, found no room.
  ['SQLITE_IOERR_SHMSIZE', full],
  ['SQLITE_BUSY', locked],
  ['SQLITE_LOCKED', locked],
  ['SQLITE_READONLY', forbidden],
  ['SQLITE_PERM', forbidden],
  ['SQLITE_CANTOPEN', forbidden],
  ['EACCES', forbidden],
  ['EPERM', forbidden],
  ['EROFS', forbidden],
  ['SQLITE_CORRUPT', broken],
  ['SQLITE_NOTADB', broken],
  ['SQLITE_IOERR', unreadable],
  ['SQLITE_PROTOCOL', unreadable],
  ['SQLITE_NOMEM', unreadable],
]

const fixesAtStart: Partial<Record<HistoryErrorCode, string>> = {
  'disk-full': 'Free some space, then start Creel again. What came meanwhile waits at the relay.',
  'database-locked': `${locked.fix.slice(0, -1)}, then start Creel again.`,
  'no-permission': `${forbidden.fix.slice(0, -1)}, then start Creel again.`,
  'database-broken': `${unreadable.fix.slice(0, -1)}, then start Creel again.`,
}

/** Whatever went wrong with the database file, as a sentence for a person. What is unknown becomes `internal`, with the original as its cause. */
export function toHistoryError(error: unknown, file: string): HistoryError {
  if (error instanceof HistoryError) return error
  const code = codeOf(error)
  const found = explanations.find(([prefix]) => code.startsWith(prefix))?.[1]
  if (found) {
    return new HistoryError(found.code, `${found.happened}: ${file} (${code}).`, { cause: error, fix: found.fix })
  }
  const reason = error instanceof Error ? error.message : String(error)
  return new HistoryError('internal', `The history could not do what was asked: ${reason}`, {
    cause: error,
    fix: 'Try again. If it happens again, report it with the log.',
  })
}

/** A start that failed is not tried again by itself, so what is to be done ends with starting again. Other errors are given back as they are. */
export function atStart(error: unknown): unknown {
  if (!(error instanceof HistoryError)) return error
  const fix = fixesAtStart[error.code]
  if (fix === undefined || error.fix.includes('start Creel again')) return error
  return new HistoryError(error.code, error.message, { cause: error, fix })
}

/** Whether an error means that nothing can be written for now, whatever is asked. */
export function isOutage(code: HistoryErrorCode): boolean {
  return code === 'disk-full' || code === 'database-locked' || code === 'no-permission' || code === 'database-broken'
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
