import { readFileSync } from 'node:fs'

/** One line of the table of docs/forwarding.md that promises to be the whole list of differences. */
export type Difference = {
  readonly what: 'removed' | 'replaced' | 'added'
  /** The line's name in lower case. */
  readonly line: string
  /** As it is written there. */
  readonly name: string
  readonly how: string
}

/** The list that the documentation promises to be whole, in its order. */
export function documentedDifferences(): Difference[] {
  const text = document('forwarding.md')
  const table = /<!-- forwarding-differences[^>]*-->\n([\s\S]*?)<!-- \/forwarding-differences -->/.exec(text)?.[1] ?? ''
  return [...table.matchAll(/^\| (removed|replaced|added) \| `([^`]+)` \| (.*) \|$/gm)].map(
    ([, what = '', name = '', how = '']) => ({ what: what as Difference['what'], line: name.toLowerCase(), name, how }),
  )
}

/** Why the relay refuses, as docs/relay.md lists it. */
export type DocumentedRefusal = {
  /** The reason's name, or the beginning of one where it ends in dots. */
  readonly reason: string
  /** Statuses that the sender may see; none where nobody is answered. */
  readonly statuses: readonly number[]
  readonly shown: 'yes' | 'no' | 'told'
  readonly what: string
}

/** The table under "What is refused, and how it is counted". */
export function documentedRefusals(): DocumentedRefusal[] {
  const section = /## What is refused[^\n]*\n([\s\S]*?)(?=\n## |$)/.exec(document('relay.md'))?.[1] ?? ''
  return [...section.matchAll(/^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \| (.*) \|$/gm)].map(
    ([, reason = '', answer = '', shown = '', what = '']) => ({
      reason,
      statuses: [...answer.matchAll(/\b\d{3}\b/g)].map(([status]) => Number(status)),
      shown: shown === 'yes' || shown === 'no' ? shown : 'told',
      what,
    }),
  )
}

/** The row that a reason of the relay's is under. The more exact one stands first in the table. */
export function findRefusal(refusals: readonly DocumentedRefusal[], reason: string): DocumentedRefusal {
  const found = refusals.find((row) =>
    row.reason.endsWith('...') ? reason.startsWith(row.reason.slice(0, -3)) : row.reason === reason,
  )
  if (!found) throw new Error(`docs/relay.md knows no refusal for ${reason}.`)
  return found
}

function document(name: string): string {
  return readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')
}
