import type { ItemDetail } from '../../../protocol/request.ts'
import { textOfBody } from './body-text.ts'
import { decodeLatin1Line } from './charset.ts'
import { decodeForm, decodePercents } from './unescape.ts'
import { toIndexable } from './words.ts'

/** What is read of an item to make words of it. */
export type SearchedItem = {
  readonly id: number
  readonly method: string
  readonly requestTarget: string
  readonly mountBytes: number
  readonly provider: string | null
  readonly event: string | null
  readonly contentType: string | null
  /** JSON, as it is stored; likewise the two below. */
  readonly detail: string | null
  readonly headers: Buffer
  readonly trailers: Buffer | null
  /** The beginning of the body, null where there is none. */
  readonly body: Buffer | null
}

/** An item's words, by the columns of the index. */
export type Projection = {
  readonly about: string
  readonly target: string
  readonly headers: string
  readonly body: string
}

const HEADER_LETTERS = 16_384

/** The words by which an item is found: decoded, so that they are what a person reads and types. Bounded, whatever was sent. */
export function projectItem(item: SearchedItem): Projection {
  const lines = [...toLines(item.headers), ...(item.trailers === null ? [] : toLines(item.trailers))]
  return {
    about: toIndexable([item.method, item.provider, item.event, reasonOf(item.detail)].filter(Boolean).join('\n')),
    target: toIndexable(textOfTarget(item.requestTarget.slice(item.mountBytes))),
    headers: toIndexable(textOfLines(lines)),
    body:
      item.body === null
        ? ''
        : toIndexable(textOfBody({ ...item, bytes: item.body, contentEncoding: encodingOf(lines) })),
  }
}

type Line = readonly [name: string, value: string]

function toLines(json: Buffer): readonly Line[] {
  // Written by this folder.
  return JSON.parse(json.toString()) as readonly Line[]
}

/** As it was sent and decoded, where that is something else. */
function textOfTarget(target: string): string {
  const sent = decodeLatin1Line(target)
  const question = sent.indexOf('?')
  const path = question < 0 ? sent : sent.slice(0, question)
  const decoded =
    question < 0 ? decodePercents(path) : `${decodePercents(path)}\n${decodeForm(sent.slice(question + 1))}`
  return /[%+]/.test(sent) ? `${sent}\n${decoded}` : decoded
}

/** A MAC is no word that anybody looks for, and no two are alike: an eighth of the index. */
const SIGNATURE_LINE = /signature|hmac/i

/** Values alone: each name stands in nearly every request of a sender. */
function textOfLines(lines: readonly Line[]): string {
  let text = ''
  for (const [name, value] of lines) {
    if (SIGNATURE_LINE.test(name)) continue
    text += `${decodeLatin1Line(value)}\n`
    if (text.length > HEADER_LETTERS) return text.slice(0, HEADER_LETTERS)
  }
  return text
}

function encodingOf(lines: readonly Line[]): string | null {
  const values = lines.flatMap(([name, value]) => (name.toLowerCase() === 'content-encoding' ? [value] : []))
  return values.length === 0 ? null : values.join(',')
}

function reasonOf(detail: string | null): string | null {
  if (detail === null) return null
  const parsed = JSON.parse(detail) as ItemDetail
  switch (parsed.kind) {
    case 'gap':
      return parsed.gap.reason
    case 'rejected':
      return parsed.rejected.reason
    case 'handshake':
      return parsed.handshake.note ?? null
  }
}
