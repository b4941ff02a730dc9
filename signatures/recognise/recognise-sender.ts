import type { Line } from '../scheme.ts'
import { readFormField, readFormText } from './read-form-fields.ts'
import { readJsonFields } from './read-json-fields.ts'
import { recogniseAnyone } from './recognise-anyone.ts'
import type { Piece, Recipe, Sender } from './sender.ts'
import { sendersOfCode } from './senders-of-code.ts'
import { sendersOfCommerce } from './senders-of-commerce.ts'
import { sendersOfMessages } from './senders-of-messages.ts'
import { sendersOfWork } from './senders-of-work.ts'

/** Who sent a request, what it tells of, and whether it is a repeat. */
export type Recognition = {
  /** Id of the sender, or null for nobody known. */
  readonly provider: string | null
  /** As the sender's documentation names it: `issues opened`, `invoice.paid`, `orders/create`. */
  readonly event: string | null
  /** The sender's own id, the same in each repeat. */
  readonly senderId: string | null
  /** What the sender's counter of attempts says; null where it has none. */
  readonly attempt: number | null
}

/** What can be looked at. */
export type Clues = {
  readonly header: (name: string) => string | null
  /** Names in lower case. */
  readonly headerNames: readonly string[]
  readonly body: Uint8Array
  readonly isForm: boolean
}

/** No more of a body is looked at. */
const MOST_BODY_BYTES = 256 * 1024
/** No more is looked at to find out whose body it is. */
const MOST_SHAPE_BYTES = 16 * 1024
const OPEN_BRACKET = 0x5b
const REF: readonly string[] = ['ref']

/** Senders of commerce and code first: the kits at the end of the messages are what many others are built with. */
const senders: readonly Sender[] = [...sendersOfCode, ...sendersOfCommerce, ...sendersOfWork, ...sendersOfMessages]
const byHeader = new Map(
  senders.toReversed().flatMap((sender) => (sender.headers ?? []).map((name) => [name, sender] as const)),
)
const ranks = new Map(senders.map((sender, index) => [sender, index]))
const byBody = senders.filter(({ body }) => body !== undefined)
const byForm = senders.filter(({ form }) => form !== undefined)
const shapePaths = [...new Set(byBody.flatMap(({ body }) => body ?? []))]

/**
 * Tells sender, event and the sender's own id by header lines and the body's first bytes: a header of its own first, then the body's shape, and where
 * nobody is recognised what most senders have. Looks at 256 KiB at most, parses nothing whole, never throws: what is captured is hostile.
 */
export function recogniseSender(headers: readonly Line[], firstBytes: Uint8Array): Recognition {
  const clues = cluesOf(headers, firstBytes)
  const sender = senderByHeader(clues) ?? senderByBody(clues)
  if (sender === null) return recogniseAnyone(clues)
  const fields = fieldsFor(sender, clues)
  const read = (piece: Piece) => readPiece(piece, clues, fields)
  const attempt = (sender.attempt ?? []).map(read).find((text) => text !== null) ?? null
  return {
    provider: sender.id,
    event: eventOf(sender, clues, read),
    senderId: firstRecipe(sender.senderId, read, ' ', {}),
    attempt: attemptOf(attempt),
  }
}

function cluesOf(headers: readonly Line[], firstBytes: Uint8Array): Clues {
  const headerNames = headers.map((line) => inLowerCase(line[0]))
  const header = (name: string): string | null => headers[headerNames.indexOf(name)]?.[1] ?? null
  return {
    header,
    headerNames,
    body: firstBytes.subarray(0, MOST_BODY_BYTES),
    isForm: /^\s*application\/x-www-form-urlencoded/i.test(header('content-type') ?? ''),
  }
}

/** Names that came before, in lower case: the same come with each request, and one text of each has its hash made when it is looked up again. */
const lowerCase = new Map<string, string>()
const MOST_NAMES = 1_000
const LONGEST_NAME = 64

function inLowerCase(name: string): string {
  const known = lowerCase.get(name)
  if (known !== undefined) return known
  const lower = name.toLowerCase()
  if (lowerCase.size < MOST_NAMES && name.length <= LONGEST_NAME) lowerCase.set(name, lower)
  return lower
}

function senderByHeader({ headerNames }: Clues): Sender | null {
  let found: Sender | null = null
  for (const name of headerNames) {
    const sender = byHeader.get(name)
    if (sender !== undefined && (found === null || (ranks.get(sender) ?? 0) < (ranks.get(found) ?? 0))) found = sender
  }
  return found
}

function senderByBody(clues: Clues): Sender | null {
  if (clues.isForm) {
    const isOf = ({ form }: Sender) =>
      form !== undefined && readFormText(clues.body, form.name)?.startsWith(form.prefix)
    const sender = byForm.find((each) => isOf(each) === true)
    if (sender !== undefined) return sender
  }
  const found = readJsonFields(jsonIn(clues).subarray(0, MOST_SHAPE_BYTES), shapePaths)
  if (found.size === 0) return null
  return byBody.find(({ body = [] }) => body.every((path) => found.has(path))) ?? null
}

/** GitHub, Gitea and Slack may put their JSON into a form's field. */
function jsonIn({ body, isForm }: Clues): Uint8Array {
  return (isForm ? readFormField(body, 'payload') : null) ?? body
}

/** All fields of the body that a sender's recipes speak of, read at once. */
function fieldsFor(sender: Sender, clues: Clues): ReadonlyMap<string, string> {
  const wanted = wantedFields.get(sender)
  const paths = branchOf(sender, clues) ? wanted?.withoutEvent : wanted?.all
  return paths === undefined || paths.length === 0 ? new Map() : readJsonFields(jsonIn(clues), paths)
}

function pathsIn(pieces: readonly Piece[]): readonly string[] {
  return [...new Set(pieces.flatMap((piece) => /^(?:body|has):(.*)$/.exec(piece)?.[1] ?? []))]
}

/** Which fields each sender's recipes need, found once. */
const wantedFields = new Map(
  senders.map((sender) => {
    const rest = [...sender.senderId.flat(), ...(sender.attempt ?? [])]
    return [sender, { all: pathsIn([...sender.event.flat(), ...rest]), withoutEvent: pathsIn(rest) }] as const
  }),
)

function readPiece(piece: Piece, clues: Clues, fields: ReadonlyMap<string, string>): string | null {
  const at = piece.indexOf(':')
  if (piece.startsWith('=')) return piece.slice(1)
  const name = piece.slice(at + 1)
  if (piece.startsWith('header:')) return shortArn(clues.header(name))
  if (piece.startsWith('form:')) return clues.isForm ? (readFormText(clues.body, name) ?? null) : null
  const value = fields.get(name) ?? null
  return piece.startsWith('has:') && value !== null ? '' : value
}

/** The name at the end of one of Amazon's long names. */
function shortArn(value: string | null): string | null {
  return value?.startsWith('arn:') === true ? value.slice(value.lastIndexOf(':') + 1) : value
}

function firstRecipe(
  recipes: readonly Recipe[],
  read: (piece: Piece) => string | null,
  between: string,
  names: Readonly<Record<string, string>>,
): string | null {
  for (const recipe of recipes) {
    const needed = recipe.find((piece) => !piece.startsWith('=')) ?? recipe[0]
    const first = read(needed)
    if (first === null || (first === '' && !needed.startsWith('has:'))) continue
    const texts = recipe.map((piece) => (piece === needed ? (names[first] ?? first) : read(piece)))
    return texts.filter((text) => text !== null && text !== '').join(between)
  }
  return null
}

function eventOf(sender: Sender, clues: Clues, read: (piece: Piece) => string | null): string | null {
  if (sender.isBatch === true && clues.body[0] === OPEN_BRACKET) {
    const count = countItems(clues.body)
    if (count > 1) return `${count} events`
  }
  if (branchOf(sender, clues)) {
    const ref = readJsonFields(jsonIn(clues), REF).get('ref')
    return ref === undefined ? 'push' : `push, ${ref.replace(/^refs\/(heads|tags)\//, '')}`
  }
  const event = firstRecipe(sender.event, read, sender.between ?? ' ', sender.names ?? {})
  const { without } = sender
  return without !== undefined && event?.endsWith(without) === true ? event.slice(0, -without.length) : event
}

function branchOf({ tellsBranch, event }: Sender, { header }: Clues): boolean {
  const piece = event[0]?.[0] ?? ''
  return tellsBranch === true && header(piece.slice('header:'.length)) === 'push'
}

/** Elements of a JSON list, as far as it is there. */
function countItems(bytes: Uint8Array): number {
  let depth = 0
  let isInString = false
  let count = 1
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at]
    if (isInString) {
      if (byte === 0x5c) at += 1
      else if (byte === 0x22) isInString = false
    } else if (byte === 0x22) isInString = true
    else if (byte === 0x7b || byte === OPEN_BRACKET) depth += 1
    else if (byte === 0x7d || byte === 0x5d) depth -= 1
    else if (byte === 0x2c && depth === 1) count += 1
  }
  return count
}

function attemptOf(text: string | null): number | null {
  if (text === 'true') return 1
  return text !== null && /^\d{1,6}$/.test(text.trim()) ? Number(text) : null
}
