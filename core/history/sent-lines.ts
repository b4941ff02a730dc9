import type { HeaderLine } from '../../protocol/request.ts'

/** Lines of the request itself: the place of the first, and how many. */
type OwnLines = readonly [from: number, count: number]

/** A header line of an attempt as it is stored: what was taken over from the request stands there already. */
export type StoredLine = HeaderLine | OwnLines

/** Stored for the hash of what was sent, where that is the request's body. */
export const SAME_SHA256 = ''

/** Lines that were sent, as they are stored: those that are the very pairs of `own`, in the order in which they stand there, by their places. */
export function foldLines(sent: readonly HeaderLine[], own: readonly HeaderLine[]): StoredLine[] {
  const stored: StoredLine[] = []
  let run: [from: number, count: number] | null = null
  let next = 0
  for (const line of sent) {
    const at = own.indexOf(line, next)
    if (at < 0) {
      stored.push(line)
      run = null
      continue
    }
    if (run === null || at > next) stored.push((run = [at, 0]))
    run[1] += 1
    next = at + 1
  }
  return stored
}

/** Lines as they were sent. What was stored by an earlier version has no places in it. */
export function unfoldLines(stored: readonly StoredLine[], own: readonly HeaderLine[]): HeaderLine[] {
  return stored.flatMap((line) => (isOwn(line) ? own.slice(line[0], line[0] + line[1]) : [line]))
}

function isOwn(line: StoredLine): line is OwnLines {
  return typeof line[0] === 'number'
}
