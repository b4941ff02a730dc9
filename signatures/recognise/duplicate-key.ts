import { createHash } from 'node:crypto'

/**
 * What two requests have in common exactly when one is a repeat of the other: the address with the sender and its own id, or else method, path with
 * query and body. The first holds for ever, the second within a window that the caller sets. Repeats are to be marked, never dropped.
 */
export function duplicateKey(request: {
  /** Id of the input or source that it came to. */
  readonly endpoint: string
  readonly provider: string | null
  readonly senderId: string | null
  readonly method: string
  /** Path and query. */
  readonly target: string
  /** Lower-case hex. */
  readonly bodySha256: string
}): { readonly key: string; readonly isBySender: boolean } {
  const { endpoint, provider, senderId, method, target, bodySha256 } = request
  const isBySender = senderId !== null
  const parts = isBySender ? [endpoint, provider ?? '', senderId] : [endpoint, method, target, bodySha256]
  // Written as JSON, so that no part runs into the next.
  return {
    key: createHash('sha256')
      .update(JSON.stringify([isBySender, ...parts]))
      .digest('hex'),
    isBySender,
  }
}
