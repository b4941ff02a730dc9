const FIRST_CAPACITY = 1024

/**
 * The lines of a laid-out text as ranges of the text itself, 14 bytes a line: nothing is copied, so that a body of 25 MB can be
 * cut into millions of lines. `widths` are columns without the indent.
 */
export type LineTable = {
  readonly count: () => number
  readonly start: (line: number) => number
  readonly end: (line: number) => number
  readonly depth: (line: number) => number
  readonly width: (line: number) => number
  readonly push: (line: { start: number; end: number; depth: number; width: number }) => void
}

export function createLineTable(): LineTable {
  let starts = new Uint32Array(FIRST_CAPACITY)
  let ends = new Uint32Array(FIRST_CAPACITY)
  let widths = new Uint32Array(FIRST_CAPACITY)
  let depths = new Uint16Array(FIRST_CAPACITY)
  let count = 0

  function grow(): void {
    const capacity = starts.length * 2
    starts = copyInto(new Uint32Array(capacity), starts)
    ends = copyInto(new Uint32Array(capacity), ends)
    widths = copyInto(new Uint32Array(capacity), widths)
    depths = copyInto(new Uint16Array(capacity), depths)
  }

  return {
    count: () => count,
    start: (line) => starts[line] ?? 0,
    end: (line) => ends[line] ?? 0,
    depth: (line) => depths[line] ?? 0,
    width: (line) => widths[line] ?? 0,
    push: ({ start, end, depth, width }) => {
      if (count === starts.length) grow()
      starts[count] = start
      ends[count] = end
      depths[count] = Math.min(depth, 65_535)
      widths[count] = width
      count += 1
    },
  }
}

function copyInto<T extends Uint32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>>(into: T, from: T): T {
  into.set(from)
  return into
}
