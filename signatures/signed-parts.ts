import { createHash, type Hash, type Hmac } from 'node:crypto'
import { findHeader } from './header-lines.ts'
import type { Line } from './scheme.ts'

type Token =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'body' | 'ts' | 'id' | 'url' | 'method' | 'path' | 'bodySha256' | 'secret' }

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
const SIMPLE = ['body', 'ts', 'id', 'url', 'method', 'path', 'bodySha256', 'secret'] as const

/** Reads `['v0:', '{ts}', ':{body}']`. */
export function compileParts(parts: readonly string[]): Parts {
  return parts.flatMap((part) =>
    part.split(PLACEHOLDER).flatMap((text, index): Token[] => {
      if (index % 2 === 0) return text === '' ? [] : [{ kind: 'text', text }]
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
  for (const part of parts) sink.update(valueOf(part, values))
  return sink
}

/** The signed bytes themselves, to be shown. */
export function joinParts(parts: Parts, values: PartValues): Buffer {
  return Buffer.concat(
    parts.map((part) => {
      const value = valueOf(part, values)
      return typeof value === 'string' ? Buffer.from(value) : value
    }),
  )
}

function valueOf(part: Token, values: PartValues): string | Uint8Array {
  switch (part.kind) {
    case 'text':
      return part.text
    case 'body':
      return values.body
    case 'ts':
      return Buffer.from(values.ts ?? '', 'latin1')
    case 'id':
      return Buffer.from(values.id ?? '', 'latin1')
    case 'url':
      return values.url ?? ''
    case 'method':
      return values.method
    case 'path':
      return pathOf(values.url ?? '')
    case 'secret':
      return values.secret
    case 'header':
      return Buffer.from(findHeader(values.headers, part.name) ?? '', 'latin1')
    case 'bodySha256':
      return createHash('sha256').update(values.body).digest('hex')
  }
}

/** Path and query as they are written in a URL, which may be a path alone. */
export function pathOf(url: string): string {
  return url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').replace(/#.*$/, '') || '/'
}
