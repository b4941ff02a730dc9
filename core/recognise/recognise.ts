import type { HeaderLine } from '../../protocol/request.ts'
import { recogniseSender } from '../../signatures/recognise/recognise-sender.ts'

/** Who sent a request and what it tells of, as it is stored. */
export type Recognised = {
  readonly provider: string | null
  /** As the sender's documentation names it: `issues opened`, `invoice.paid`, `orders/create`. */
  readonly event: string | null
  /** The sender's own id, the same in each repeat. */
  readonly senderId: string | null
}

const MOST_EVENT_CHARS = 100
const MOST_ID_CHARS = 200

/** Tells sender and event by header lines and the body's first bytes, in texts that fit a list's cell. Never throws: what is captured is hostile. */
export function recognise(headers: readonly HeaderLine[], firstBytes: Uint8Array): Recognised {
  const { provider, event, senderId } = recogniseSender(headers, firstBytes)
  return { provider, event: shorten(event, MOST_EVENT_CHARS), senderId: fitting(senderId) }
}

/** One line, as long as a list's cell bears. */
function shorten(text: string | null, most: number): string | null {
  if (text === null) return null
  // oxlint-disable-next-line no-control-regex -- control characters have no place in a name
  const line = text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim()
  if (line === '') return null
  return line.length > most ? `${line.slice(0, most - 1)}…` : line
}

/** An id that had to be cut would make strangers the same. */
function fitting(id: string | null): string | null {
  return id === null || id === '' || id.length > MOST_ID_CHARS ? null : id
}
