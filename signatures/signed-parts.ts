import { createHash, type Hash, type Hmac } from 'node:crypto'
import { findHeader } from './header-lines.ts'
import type { Line } from './scheme.ts'

type Token =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'body' }
  | { readonly kind: 'ts' | 'id' | 'url' | 'method' | 'path' | 'bodySha256' | 'secret' }

/** What is signed, ready to be put together. */
export type Parts = readonly Token[]

/** What the parts speak of. */
export type PartValues = {
  readonly headers: readonly Line[]
  readonly body: Uint8Array
  readonly method: string
  readonly url: string | null
  readonly ts: string | null
  readonly id: string | null
  readonly secret: string
}

const PLACEHOLDER = /\{(body|ts|id|url|method|path|bodySha256|secret|header:[^{}]+)\}/
const SIMPLE = ['ts', 'id', 'url', 'method', 'path', 'bodySha256', 'secret'] as const

/** Reads `['v0:', '{ts}', ':{body}']`. */
export function compileParts(parts: readonly string[]): Parts {
  return parts.flatMap((part) =>
    part.split(PLACEHOLDER).flatMap((text, index): Token[] => {
      if (index % 2 === 0) return text === '' ? [] : [{ kind: 'text', text: byteText(text) }]
      if (text === 'body') return [{ kind: 'body' }]
      const simple = SIMPLE.find((each) => each === text)
      return [simple === undefined ? { kind: 'header', name: text.slice('header:'.length) } : { kind: simple }]
    }),
  )
}

export function hasPart(parts: Parts, kind: Token['kind']): boolean {
  return parts.some((part) => part.kind === kind)
}

/** Feeds the signed bytes, in order, into an HMAC or a hash. A covered header that is not there counts as empty. */
export function feedParts<Sink extends Hmac | Hash>(sink: Sink, parts: Parts, values: PartValues): Sink {
  // All text between two bodies goes in at once: each call costs as much as hundreds of bytes.
  let text = ''
  for (const part of parts) {
    if (part.kind === 'body') {
      if (text !== '') sink.update(text, 'latin1')
      text = ''
      sink.update(values.body)
    } else {
      text += textOf(part, values)
    }
  }
  if (text !== '') sink.update(text, 'latin1')
  return sink
}

/** The signed bytes themselves, to be shown. */
export function joinParts(parts: Parts, values: PartValues): Buffer {
  return Buffer.concat(
    parts.map((part) => (part.kind === 'body' ? values.body : Buffer.from(textOf(part, values), 'latin1'))),
  )
}

/** A character for each byte. */
function textOf(part: Exclude<Token, { kind: 'body' }>, values: PartValues): string {
  switch (part.kind) {
    case 'text':
      return part.text
    case 'ts':
      return values.ts ?? ''
    case 'id':
      return values.id ?? ''
    case 'header':
      return findHeader(values.headers, part.name) ?? ''
    case 'url':
      return byteText(values.url ?? '')
    case 'method':
      return byteText(values.method)
    case 'path':
      return byteText(pathOf(values.url ?? ''))
    case 'secret':
      return byteText(values.secret)
    case 'bodySha256':
      return createHash('sha256').update(values.body).digest('hex')
  }
}

function byteText(text: string): string {
  // oxlint-disable-next-line no-control-regex -- all of ASCII is meant
  return /^[\u0000-\u007f]*$/.test(text) ? text : Buffer.from(text).toString('latin1')
}

/** Path and query as they are written in a URL, which may be a path alone. */
export function pathOf(url: string): string {
  return url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').replace(/#.*$/, '') || '/'
}
