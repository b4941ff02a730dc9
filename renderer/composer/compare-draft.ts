import type { DraftContent, DraftLine } from '../../protocol/draft.ts'
import type { HeaderLine } from '../../protocol/request.ts'
import { isHopByHop } from '../screens/inbox/detail/message-head.ts'
import { linesOn } from './header-lines.ts'

/** One line of the head that differs; null on the side where there is none. */
export type LineChange = { readonly name: string; readonly before: string | null; readonly after: string | null }

/** How the head of a draft differs from its original's. */
export type HeadChanges = {
  readonly method: { readonly before: string; readonly after: string } | null
  readonly path: { readonly before: string; readonly after: string } | null
  readonly headers: readonly LineChange[]
  /** The same lines in another order. */
  readonly isReordered: boolean
}

/** What of an original a draft is compared with. */
export type Comparable = {
  readonly method: string
  readonly headers: readonly HeaderLine[]
  /** Paths with query that count as its own: those that it was forwarded with, or would be. The first is the one to tell. */
  readonly paths: readonly string[]
  /** Lines of its signature, which have a choice of their own. */
  readonly signatureNames: readonly string[]
}

/** Lines that Creel writes itself whatever the draft says. */
const OWN_LINES = new Set(['host', 'content-length'])

export function compareHead(content: DraftContent, original: Comparable): HeadChanges {
  const isLeftOut = leftOutTest(original)
  const before = original.headers.filter(([name]) => !isLeftOut(name))
  const after = linesOn(content.headers).filter(({ name }) => !isLeftOut(name))
  const headers = compareLines(before, after)
  const path = pathOf(content.url)
  const isSameOrder = before.every(([name, value], at) => after[at]?.name === name && after[at]?.value === value)
  return {
    method: content.method === original.method ? null : { before: original.method, after: content.method },
    path: original.paths.includes(path) ? null : { before: original.paths[0] ?? '', after: path },
    headers,
    isReordered: headers.length === 0 && !isSameOrder,
  }
}

function leftOutTest({ headers, signatureNames }: Comparable): (name: string) => boolean {
  const signature = new Set(signatureNames.map((name) => name.toLowerCase()))
  return (name) => {
    const lower = name.toLowerCase()
    return OWN_LINES.has(lower) || signature.has(lower) || isHopByHop(headers, name)
  }
}

/** Lines of one name are told apart by their place among those of that name. */
function compareLines(before: readonly HeaderLine[], after: readonly DraftLine[]): LineChange[] {
  const left = new Map<string, string[]>()
  for (const [name, value] of before) left.set(name.toLowerCase(), [...(left.get(name.toLowerCase()) ?? []), value])
  const changes: LineChange[] = []
  const unmatched: DraftLine[] = []
  for (const line of after) {
    const values = left.get(line.name.toLowerCase()) ?? []
    const at = values.indexOf(line.value)
    if (at >= 0) left.set(line.name.toLowerCase(), values.toSpliced(at, 1))
    else unmatched.push(line)
  }
  for (const { name, value } of unmatched) {
    const [was, ...rest] = left.get(name.toLowerCase()) ?? []
    left.set(name.toLowerCase(), rest)
    changes.push({ name, before: was ?? null, after: value })
  }
  for (const [name] of before) {
    const [was, ...rest] = left.get(name.toLowerCase()) ?? []
    left.set(name.toLowerCase(), rest)
    if (was !== undefined) changes.push({ name, before: was, after: null })
  }
  return changes
}

/** Path and query of a URL as they are written, "/" where there is none. */
export function pathOf(url: string): string {
  const path = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*([^#]*)/i.exec(url)?.[1] ?? url
  return path.startsWith('/') ? path : `/${path}`
}
