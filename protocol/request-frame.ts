import { z } from 'zod'
import { boundedArray, describeIssues, MAX_EPOCH_MS } from './bounded.ts'
import { MAX_FRAME_BYTES, MAX_FRAME_HEAD_BYTES, MAX_HEADER_LINES, MOST_BODY_BYTES } from './limits.ts'
import { readPlainRequestHead } from './plain-request-head.ts'
import { GapDetail, HandshakeDetail, RejectedDetail } from './request.ts'

/** First byte of a binary frame of creel.v1. */
export const FrameType = { item: 1, chunk: 2, response: 3 } as const

const common = {
  id: z.string().min(1).max(200),
  /** Gap-free per bucket, given in the transaction that commits the item. */
  seq: z.int().positive(),
  bucket: z.string().min(1).max(200),
  input: z.string().max(200).nullable(),
  /** Relay's clock at the last body byte, epoch ms. */
  receivedAt: z.number().min(0).max(MAX_EPOCH_MS),
  /** The sender's address. */
  remote: z.string().max(200).nullable(),
  /** Bytes of the body that follow, in this frame or in chunks. */
  bodyBytes: z.int().nonnegative().max(MOST_BODY_BYTES),
  /** Lower-case hex SHA-256 of those bytes. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** How many times this item was handed out to this subscription, this time included. */
  handout: z.int().positive(),
  /** True only when an administrator asked for the item to be handed out again. */
  redelivered: z.boolean(),
  /** True when the body follows in chunk frames instead of standing in this one. */
  chunked: z.boolean().default(false),
}

const latin1 = z.string().regex(/^[\0-\xff]*$/)

const parsedHead = {
  method: latin1.max(100),
  /** The request target verbatim, latin-1. */
  target: latin1.max(65_536),
  /** Where the part after the input begins in `target`. */
  mountBytes: z.int().nonnegative(),
  headers: boundedArray(z.tuple([latin1, latin1]), MAX_HEADER_LINES),
  /** Trailer lines (RFC 9110 section 6.5): stored and shown, never forwarded. */
  trailers: boundedArray(z.tuple([latin1, latin1]), MAX_HEADER_LINES).default([]),
}

/** A text that a request is written with: with a line end in it, it would become another request, or two. */
const oneLine = latin1.refine((text) => !/[\r\n\0]/.test(text), 'Expected no line end and no NUL')
const Line = z.tuple([oneLine.regex(/^[^:]+$/), oneLine])

/** What can be sent on: nothing that HTTP could not have brought. A rejected one shows what came, whatever that was. */
const sendableHead = {
  ...parsedHead,
  method: z
    .string()
    .max(100)
    .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/),
  target: oneLine.max(65_536).regex(/^[^ ]*$/),
  headers: boundedArray(Line, MAX_HEADER_LINES),
  trailers: boundedArray(Line, MAX_HEADER_LINES).default([]),
}

export const ItemHead = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('request'), ...common, ...sendableHead }),
  // Relays of before told no answer.
  z.object({ kind: z.literal('handshake'), ...common, ...sendableHead, handshake: HandshakeDetail.optional() }),
  z.object({ kind: z.literal('rejected'), ...common, ...parsedHead, rejected: RejectedDetail }),
  z.object({ kind: z.literal('gap'), ...common, gap: GapDetail }),
])
export type ItemHead = z.infer<typeof ItemHead>

export const ChunkHead = z.object({
  id: z.string().min(1).max(200),
  /** 0 for the first. */
  n: z.int().nonnegative(),
  last: z.boolean(),
})
export type ChunkHead = z.infer<typeof ChunkHead>

export type Frame =
  | { readonly type: 'item'; readonly head: ItemHead; readonly bytes: Uint8Array }
  | { readonly type: 'chunk'; readonly head: ChunkHead; readonly bytes: Uint8Array }

export type FrameRead =
  | { readonly kind: 'frame'; readonly frame: Frame }
  /** A frame type of a newer version: answered by one `error`, then skipped. */
  | { readonly kind: 'unknown-type'; readonly type: number }
  /** An item of a kind of a newer version: given back with a `nack`, so that it neither blocks the window nor is lost. */
  | { readonly kind: 'unknown-kind'; readonly id: string; readonly itemKind: string }
  | { readonly kind: 'malformed'; readonly problem: string }

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })
const PREFIX_BYTES = 5

type Memory = (bytes: number) => Uint8Array<ArrayBuffer>
type DeepReadonly<T> = { readonly [K in keyof T]: DeepReadonly<T[K]> }
/** An item's head that is only read. */
export type SentItemHead = DeepReadonly<ItemHead>
type SentFrame =
  | { readonly type: 'item'; readonly head: SentItemHead; readonly bytes: Uint8Array }
  | { readonly type: 'chunk'; readonly head: ChunkHead; readonly bytes: Uint8Array }

/** UTF-8 takes at most so much for one unit of a JavaScript string. */
const MOST_UTF8_BYTES = 3

/**
 * Builds a binary frame: type byte, big-endian 4-byte head length, UTF-8 JSON head, body bytes. `take` gives memory to build it in, which may be more than
 * the frame needs; without it the frame has memory of its own size.
 * @throws RangeError when the head is larger than any receiver takes.
 */
export function encodeFrame(frame: SentFrame, take?: Memory): Uint8Array<ArrayBuffer> {
  const json = JSON.stringify(frame.head)
  checkHeadBytes(json.length)
  const { bytes } = frame
  if (take === undefined) {
    const head = encoder.encode(json)
    checkHeadBytes(head.length)
    const out = new Uint8Array(PREFIX_BYTES + head.length + bytes.length)
    out.set(head, PREFIX_BYTES)
    return complete(out, frame.type, head.length, bytes)
  }
  const out = take(PREFIX_BYTES + MOST_UTF8_BYTES * json.length + bytes.length)
  const { written } = encoder.encodeInto(json, out.subarray(PREFIX_BYTES))
  checkHeadBytes(written)
  return complete(out.subarray(0, PREFIX_BYTES + written + bytes.length), frame.type, written, bytes)
}

function checkHeadBytes(bytes: number): void {
  if (bytes > MAX_FRAME_HEAD_BYTES) throw new RangeError(`A frame head of ${bytes} bytes is too large.`)
}

/** Writes what stands around a frame's head. */
function complete(
  out: Uint8Array<ArrayBuffer>,
  type: Frame['type'],
  headBytes: number,
  bytes: Uint8Array,
): Uint8Array<ArrayBuffer> {
  out[0] = FrameType[type]
  out[1] = headBytes >>> 24
  out[2] = headBytes >>> 16
  out[3] = headBytes >>> 8
  out[4] = headBytes
  out.set(bytes, PREFIX_BYTES + headBytes)
  return out
}

/** Reads a binary frame. Never throws. `bytes` of the answer is a view of `data`: copy it before it crosses a thread. */
export function readFrame(data: Uint8Array): FrameRead {
  if (data.length < PREFIX_BYTES) return malformed('A binary frame has at least 5 bytes.')
  if (data.length > MAX_FRAME_BYTES) return malformed(`A binary frame of ${data.length} bytes is too large.`)
  const type = data[0] ?? 0
  if (type !== FrameType.item && type !== FrameType.chunk) return { kind: 'unknown-type', type }
  const headBytes = new DataView(data.buffer, data.byteOffset, data.byteLength).getUint32(1)
  if (headBytes > MAX_FRAME_HEAD_BYTES || PREFIX_BYTES + headBytes > data.length) {
    return malformed(`The frame says that its head has ${headBytes} bytes, which it cannot have.`)
  }
  let json: unknown
  try {
    json = JSON.parse(decoder.decode(data.subarray(PREFIX_BYTES, PREFIX_BYTES + headBytes)))
  } catch {
    return malformed('The head of the frame is not JSON in UTF-8.')
  }
  const bytes = data.subarray(PREFIX_BYTES + headBytes)
  return type === FrameType.item ? readItem(json, bytes) : readChunk(json, bytes)
}

const KNOWN_KINDS: ReadonlySet<string> = new Set(['request', 'handshake', 'rejected', 'gap'])
const AnyItem = z.looseObject({ id: common.id, kind: z.string().max(64) })

function readItem(json: unknown, bytes: Uint8Array): FrameRead {
  const plain = readPlainRequestHead(json)
  if (plain !== null) return toItem(plain, bytes)
  const head = ItemHead.safeParse(json)
  if (!head.success) return readStrangeItem(json) ?? malformed(describeIssues(head.error))
  return toItem(head.data, bytes)
}

function toItem(head: ItemHead, bytes: Uint8Array): FrameRead {
  const expected = head.chunked ? 0 : head.bodyBytes
  if (bytes.length !== expected) return malformed(`The item announces ${expected} bytes and brings ${bytes.length}.`)
  return { kind: 'frame', frame: { type: 'item', head, bytes } }
}

function readStrangeItem(json: unknown): FrameRead | null {
  const item = AnyItem.safeParse(json)
  if (!item.success || KNOWN_KINDS.has(item.data.kind)) return null
  return { kind: 'unknown-kind', id: item.data.id, itemKind: item.data.kind }
}

function readChunk(json: unknown, bytes: Uint8Array): FrameRead {
  const head = ChunkHead.safeParse(json)
  if (!head.success) return malformed(describeIssues(head.error))
  return { kind: 'frame', frame: { type: 'chunk', head: head.data, bytes } }
}

function malformed(problem: string): FrameRead {
  return { kind: 'malformed', problem }
}
