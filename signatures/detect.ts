import { clues, type Peek } from './detect-clues.ts'
import { findHeader, isNamed } from './header-lines.ts'
import { readJsonTree, textAt, nodeAt, type JsonNode } from './json-tree.ts'
import { readFormField } from './recognise/read-form-fields.ts'
import type { Line } from './scheme.ts'
import { findScheme } from './schemes.ts'

/** sure = nobody else sends this; likely = others share the header, this one is the commonest; possible = it could be. */
export type Certainty = 'sure' | 'likely' | 'possible'

/** A scheme that a request may be signed by. */
export type Candidate = {
  readonly scheme: string
  readonly name: string
  readonly certainty: Certainty
  /** Its signature headers that are there, as the sender wrote them; the one that is judged comes first. */
  readonly headerNames: readonly string[]
}

const ORDER: readonly Certainty[] = ['sure', 'likely', 'possible']
/** Bodies longer than this are not looked into: what signs within the body sends small ones. */
const MOST_BODY_BYTES = 1024 * 1024
const FORM = 'application/x-www-form-urlencoded'

/** All schemes that a request may be signed by, the likeliest first. Without a body (null) the header lines alone tell. Never throws. */
export function candidatesOf(request: {
  readonly headers: readonly Line[]
  readonly body: Uint8Array | null
}): readonly Candidate[] {
  const peek = peekInto(request.headers, request.body)
  const found = clues.flatMap((clue): Candidate[] => {
    const certainty = clue.look(peek)
    const scheme = certainty === null ? null : findScheme(clue.scheme)
    if (certainty === null || scheme === null) return []
    const headerNames = namesIn(request.headers, scheme.headerNames)
    const isSvix = headerNames[0]?.toLowerCase() === 'svix-signature'
    return [{ scheme: scheme.id, name: isSvix ? 'Svix' : scheme.name, certainty, headerNames }]
  })
  return found.toSorted((a, b) => ORDER.indexOf(a.certainty) - ORDER.indexOf(b.certainty))
}

function namesIn(lines: readonly Line[], names: readonly string[]): readonly string[] {
  const present = names.flatMap((name) => {
    const lower = name.toLowerCase()
    // Of numbered headers every number counts.
    const stem = lower.endsWith('-1') ? lower.slice(0, -1) : null
    return lines
      .filter((line) => isNamed(line, lower) || (stem !== null && line[0].toLowerCase().startsWith(stem)))
      .map(([written]) => written)
  })
  return [...new Set(present)]
}

function peekInto(headers: readonly Line[], body: Uint8Array | null): Peek {
  let root: JsonNode | null | undefined
  const small = body === null || body.length > MOST_BODY_BYTES ? null : body
  const json = (): JsonNode | null => {
    root ??= small === null ? null : readJsonTree(small)
    return root
  }
  const isForm = () => findHeader(headers, 'content-type')?.toLowerCase().startsWith(FORM) === true
  return {
    header: (name) => findHeader(headers, name),
    text: (...names) => textAt(json(), ...names),
    has: (...names) => nodeAt(json(), ...names) !== null,
    hasField: (name) => small !== null && isForm() && readFormField(small, name) !== null,
  }
}
