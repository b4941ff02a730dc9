import { gunzip, gzip } from '../compression.ts'
import { findHeader } from '../header-lines.ts'
import { readJsonTree } from '../json-tree.ts'
import type { Call } from '../scheme.ts'
import type { Variant } from './diagnosis.ts'
import { restyle, type JsonStyle } from './json-style.ts'

/** Bodies longer than this are not written anew in other styles: each try costs a digest of it all. */
const MOST_STYLED_BYTES = 512 * 1024
const BOM = Buffer.from([0xef, 0xbb, 0xbf])
const LAYOUTS = ['as-is', 'minified', 2, 4, 'spaced'] as const
const ESCAPES = ['as-is', 'raw', 'lower', 'upper'] as const
const SLASHES = ['as-is', 'escaped', 'bare'] as const

const LAYOUT_NAMES: Readonly<Record<string, string>> = {
  'as-is': 'the JSON as it is laid out',
  minified: 'the minified JSON',
  spaced: 'the JSON with a blank behind each comma and colon',
  '2': 'the JSON indented by 2',
  '4': 'the JSON indented by 4',
}

/** What the body may have been when it was signed, the likeliest first. Made one after the other, as long as they are asked for. */
export function* bodyVariants(call: Call): Generator<Variant> {
  const { body } = call
  const of = (code: string, sentence: string, bytes: Uint8Array): Variant => ({
    code,
    sentence,
    call: { ...call, body: bytes },
  })
  yield* lineVariants(body, of)
  yield* emptyVariants(body, of)
  if (startsWith(body, BOM)) {
    yield of(
      'body-bom-added',
      'It matches without the byte order mark: something put one before the body.',
      body.subarray(3),
    )
  } else {
    yield of(
      'body-bom-stripped',
      'It matches with a byte order mark: something took it from the body.',
      Buffer.concat([BOM, body]),
    )
  }
  yield* styleVariants(body, of)
  yield* formVariants(call, of)
  yield* codingVariants(body, of)
}

type Make = (code: string, sentence: string, bytes: Uint8Array) => Variant

function* lineVariants(body: Uint8Array, of: Make): Generator<Variant> {
  const text = Buffer.from(body).toString('latin1')
  const bytes = (changed: string) => Buffer.from(changed, 'latin1')
  const stripped = 'It matches with a line break at the end: something stripped it from the body.'
  yield of('body-trailing-newline-stripped', stripped, bytes(`${text}\n`))
  yield of('body-trailing-newline-stripped', stripped, bytes(`${text}\r\n`))
  if (text.endsWith('\n')) {
    const added = 'It matches without the line break at the end: something added one to the body.'
    yield of('body-trailing-newline-added', added, bytes(text.replace(/\r?\n$/, '')))
    yield of('body-trailing-newline-added', added, bytes(text.replace(/\n$/, '')))
  }
  const trimmed = text.trim()
  if (trimmed !== text) {
    yield of(
      'body-blanks-added',
      'It matches without the blanks around the body: something added them.',
      bytes(trimmed),
    )
  }
  const unix = text.replaceAll('\r\n', '\n')
  if (unix !== text) {
    yield of('body-crlf-normalised', 'It matches with LF line ends: something made them CRLF.', bytes(unix))
  }
  const windows = unix.replaceAll('\n', '\r\n')
  if (windows !== text) {
    yield of('body-crlf-normalised', 'It matches with CRLF line ends: something made them LF.', bytes(windows))
  }
}

function* emptyVariants(body: Uint8Array, of: Make): Generator<Variant> {
  const text = Buffer.from(body.subarray(0, 8)).toString('latin1').trim()
  const sentence = 'It matches an empty body: something parsed nothing and wrote it out again as'
  if (['{}', '[]', 'null', '""'].includes(text))
    yield of('body-reserialised', `${sentence} ${text}.`, new Uint8Array(0))
  if (body.length > 0) return
  for (const other of ['{}', '[]', 'null']) {
    yield of('body-reserialised', `It matches ${other}: something made the body empty.`, Buffer.from(other))
  }
}

function* styleVariants(body: Uint8Array, of: Make): Generator<Variant> {
  if (body.length > MOST_STYLED_BYTES || readJsonTree(body) === null) return
  const text = new TextDecoder('utf-8', { ignoreBOM: false }).decode(body)
  const tried = new Set([text])
  for (const style of stylesOfJson()) {
    const changed = restyle(text, style)
    for (const end of ['', '\n']) {
      if (tried.has(changed + end)) continue
      tried.add(changed + end)
      yield of(
        'body-reserialised',
        `${describe(style)} something re-serialised the body before it got here.`,
        Buffer.from(changed + end),
      )
    }
  }
}

/** Those that differ in one thing come before those that differ in more. */
function stylesOfJson(): readonly JsonStyle[] {
  const all = LAYOUTS.flatMap((layout) =>
    ESCAPES.flatMap((escapes) => SLASHES.map((slashes): JsonStyle => ({ layout, escapes, slashes }))),
  )
  const changes = (style: JsonStyle) => Object.values(style).filter((value) => value !== 'as-is').length
  return all.toSorted((a, b) => changes(a) - changes(b))
}

function describe({ layout, escapes, slashes }: JsonStyle): string {
  const details = [
    escapes === 'raw' ? 'letters instead of \\u escapes' : null,
    escapes === 'lower' ? '\\u escapes in lower case' : null,
    escapes === 'upper' ? '\\u escapes in upper case' : null,
    slashes === 'escaped' ? 'escaped slashes' : null,
    slashes === 'bare' ? 'bare slashes' : null,
  ].filter((detail) => detail !== null)
  const how = details.length === 0 ? '' : `, with ${details.join(' and ')}`
  return `It matches ${LAYOUT_NAMES[String(layout)] ?? 'the JSON'}${how}:`
}

function* formVariants({ headers, body }: Call, of: Make): Generator<Variant> {
  if (body.length > MOST_STYLED_BYTES) return
  const text = Buffer.from(body).toString()
  if (text.startsWith('payload=')) {
    const inner = new URLSearchParams(text).get('payload') ?? ''
    yield of(
      'body-form-wrapped',
      'It matches the form field payload alone: something put the JSON into a form.',
      Buffer.from(inner),
    )
  } else if (/^\s*[{[]/.test(text)) {
    const sentence = 'It matches the body as a form field payload: something took the JSON out of its form.'
    yield of('body-form-unwrapped', sentence, Buffer.from(new URLSearchParams({ payload: text }).toString()))
    yield of('body-form-unwrapped', sentence, Buffer.from(`payload=${encodeURIComponent(text)}`))
  }
  const type = findHeader(headers, 'content-type') ?? ''
  if (/^application\/x-www-form-urlencoded/i.test(type)) {
    const sentence = 'It matches the form written anew: something parsed it and encoded it in another way.'
    yield of('body-reserialised', sentence, Buffer.from(new URLSearchParams(text).toString()))
    yield of('body-reserialised', sentence, Buffer.from(new URLSearchParams(text).toString().replaceAll('+', '%20')))
  }
}

function* codingVariants(body: Uint8Array, of: Make): Generator<Variant> {
  const inflated = gunzip(body)
  if (inflated !== null) {
    yield of('body-compressed', 'It matches the body unpacked: something compressed it after it was signed.', inflated)
  }
  if (body.length <= MOST_STYLED_BYTES) {
    yield of('body-decompressed', 'It matches the body compressed with gzip: something unpacked it.', gzip(body))
  }
  const asLatin1 = Buffer.from(Buffer.from(body).toString('latin1'), 'utf8')
  if (asLatin1.length !== body.length) {
    yield of('body-charset-changed', 'It matches the body read as Latin-1: its character set was changed.', asLatin1)
    const asUtf8 = Buffer.from(Buffer.from(body).toString('utf8'), 'latin1')
    yield of('body-charset-changed', 'It matches the body in Latin-1: something made it UTF-8.', asUtf8)
  }
}

function startsWith(body: Uint8Array, start: Uint8Array): boolean {
  return start.every((byte, index) => body[index] === byte)
}
