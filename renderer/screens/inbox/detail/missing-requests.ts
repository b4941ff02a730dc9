import { formatBytes } from '../../../format/bytes.ts'

export type MissingRequest = {
  readonly receivedAt: number
  readonly method: string
  readonly target: string
  readonly bodyBytes: number
}

const SHOWN = 6

/** Reads a gap's body: JSON lines, one for each of the first thousand. What is no such line is left out. */
export function readMissing(text: string): readonly MissingRequest[] {
  return text.split('\n').flatMap((line) => {
    if (line.trim() === '') return []
    try {
      const read: unknown = JSON.parse(line)
      return isMissing(read) ? [read] : []
    } catch (cause) {
      if (cause instanceof SyntaxError) return []
      throw cause
    }
  })
}

/** "14 POST to /shopify/orders/create, 168 KB together", a line for each method and path, most first. */
export function summariseMissing(missing: readonly MissingRequest[]): string[] {
  const groups = new Map<string, { count: number; bytes: number }>()
  for (const { method, target, bodyBytes } of missing) {
    // Of what its disk had damaged, a relay may know no more than the size.
    const what = method === '' ? 'of unknown path' : `${method} to ${pathAfterInput(target)}`
    const group = groups.get(what) ?? { count: 0, bytes: 0 }
    groups.set(what, { count: group.count + 1, bytes: group.bytes + bodyBytes })
  }
  const lines = [...groups]
    .sort(([, a], [, b]) => b.count - a.count)
    .map(([what, { count, bytes }]) => `${count} ${what}, ${formatBytes(bytes)}${count > 1 ? ' together' : ''}`)
  return lines.length > SHOWN ? [...lines.slice(0, SHOWN), `and ${lines.length - SHOWN} more paths`] : lines
}

/** "/in/5f2c1a9e-.../github?x=1" is "/github": the input is the same for all of a bucket's sender. What is all input stays whole. */
function pathAfterInput(target: string): string {
  const path = target.split('?')[0] ?? ''
  return /\/in\/[0-9a-f-]{36}(\/.*)$/i.exec(path)?.[1] ?? path
}

function isMissing(read: unknown): read is MissingRequest {
  return (
    typeof read === 'object' &&
    read !== null &&
    'receivedAt' in read &&
    typeof read.receivedAt === 'number' &&
    'method' in read &&
    typeof read.method === 'string' &&
    'target' in read &&
    typeof read.target === 'string' &&
    'bodyBytes' in read &&
    typeof read.bodyBytes === 'number'
  )
}
