/** What was done to a text, in lines: which of the new ones are changed or new, and how many of each kind. */
export type LineDiff = {
  readonly lines: readonly ChangedLine[]
  readonly removedLines: readonly string[]
  readonly addedLines: readonly string[]
}

/** A line of the new text, from 0. `from` and `to` say which part of it is new, in UTF-16 units. */
export type ChangedLine = { readonly line: number; readonly from: number; readonly to: number }

export const NO_DIFF: LineDiff = { lines: [], removedLines: [], addedLines: [] }

/** More edits than this are told as one block: nobody reads them one by one, and finding them grows with their square. */
const MOST_EDITS = 400

/** Compares two texts line by line (Myers, "An O(ND) Difference Algorithm", 1986), and replaced lines within. */
export function diffLines(before: string, after: string): LineDiff {
  if (before === after) return NO_DIFF
  const a = before.split('\n')
  const b = after.split('\n')
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1
  let endA = a.length
  let endB = b.length
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA -= 1
    endB -= 1
  }
  const hunks = findHunks(a.slice(start, endA), b.slice(start, endB))
  return {
    lines: hunks.flatMap((hunk) => changedLines(a, b, hunk, start)),
    removedLines: hunks.flatMap(({ fromA, toA }) => a.slice(start + fromA, start + toA)),
    addedLines: hunks.flatMap(({ fromB, toB }) => b.slice(start + fromB, start + toB)),
  }
}

type Hunk = { fromA: number; toA: number; fromB: number; toB: number }

function changedLines(a: readonly string[], b: readonly string[], hunk: Hunk, start: number): ChangedLine[] {
  return Array.from({ length: hunk.toB - hunk.fromB }, (_, at) => {
    const line = start + hunk.fromB + at
    const after = b[line] ?? ''
    // Replaced lines stand in the place of the old ones; what has no old one is new from end to end.
    const before = hunk.fromA + at < hunk.toA ? (a[start + hunk.fromA + at] ?? '') : null
    return { line, ...(before === null ? { from: 0, to: after.length } : newPart(before, after)) }
  })
}

const WORD = /[\w.+-]/

/** The part of `after` that is not in `before`, grown to whole words and numbers. */
function newPart(before: string, after: string): { from: number; to: number } {
  const least = Math.min(before.length, after.length)
  let from = 0
  while (from < least && before[from] === after[from]) from += 1
  let tail = 0
  while (tail < least - from && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1
  let to = after.length - tail
  if (from < to || before.length !== after.length) {
    while (from > 0 && WORD.test(after[from - 1] ?? '') && WORD.test(after[from] ?? '')) from -= 1
    while (to < after.length && WORD.test(after[to] ?? '') && WORD.test(after[to - 1] ?? '')) to += 1
  }
  return { from, to: Math.max(from, to) }
}

function findHunks(a: readonly string[], b: readonly string[]): Hunk[] {
  const whole = { fromA: 0, toA: a.length, fromB: 0, toB: b.length }
  if (a.length === 0 || b.length === 0) return [whole]
  const trace = searchForward(a, b)
  return trace === null ? [whole] : walkBack(trace, a.length, b.length)
}

/** Furthest places on each diagonal, one array for each number of edits. Null when it takes too many. */
function searchForward(a: readonly string[], b: readonly string[]): Int32Array[] | null {
  const most = Math.min(MOST_EDITS, a.length + b.length)
  const middle = most + 1
  const furthest = new Int32Array(2 * most + 3)
  const trace: Int32Array[] = []
  for (let edits = 0; edits <= most; edits += 1) {
    trace.push(furthest.slice())
    for (let k = -edits; k <= edits; k += 2) {
      let x = stepDown(furthest, middle, k, edits) ? at(furthest, middle + k + 1) : at(furthest, middle + k - 1) + 1
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1
      furthest[middle + k] = x
      if (x >= a.length && x - k >= b.length) return trace
    }
  }
  return null
}

function walkBack(trace: readonly Int32Array[], lengthA: number, lengthB: number): Hunk[] {
  const hunks: Hunk[] = []
  let x = lengthA
  let y = lengthB
  for (let edits = trace.length - 1; edits > 0; edits -= 1) {
    const furthest = trace[edits] ?? new Int32Array()
    const middle = (furthest.length - 1) / 2
    const k = x - y
    const isDown = stepDown(furthest, middle, k, edits)
    const fromX = at(furthest, middle + (isDown ? k + 1 : k - 1))
    const fromY = fromX - (isDown ? k + 1 : k - 1)
    const edit = { fromA: fromX, toA: isDown ? fromX : fromX + 1, fromB: fromY, toB: isDown ? fromY + 1 : fromY }
    const next = hunks.at(-1)
    if (next !== undefined && next.fromA === edit.toA && next.fromB === edit.toB) {
      next.fromA = edit.fromA
      next.fromB = edit.fromB
    } else hunks.push(edit)
    x = fromX
    y = fromY
  }
  return hunks.toReversed()
}

function stepDown(furthest: Int32Array, middle: number, k: number, edits: number): boolean {
  return k === -edits || (k !== edits && at(furthest, middle + k - 1) < at(furthest, middle + k + 1))
}

function at(furthest: Int32Array, index: number): number {
  return furthest[index] ?? 0
}
