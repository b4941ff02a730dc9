import type { ListeningPort } from '../../protocol/delivery.ts'
import type { ForwarderOptions } from './forwarder.ts'

/** Several questions of one moment are answered by one look. */
const LISTENING_FRESH_MS = 1000

/** One look at the open ports serves all who ask within a second; a look that fails is an empty list. */
export function sharedListing(
  options: Pick<ForwarderOptions, 'monotonic' | 'listListening'>,
): () => Promise<readonly ListeningPort[]> {
  let last: { at: number; ports: Promise<readonly ListeningPort[]> } | null = null
  return () => {
    const now = options.monotonic()
    if (last === null || now - last.at > LISTENING_FRESH_MS) {
      last = { at: now, ports: options.listListening().catch(() => []) }
    }
    return last.ports
  }
}
