import type { DraftContent } from '../../protocol/draft.ts'
import type { RequestDetail } from '../../protocol/request.ts'
import { joinPath, keptLines } from '../forwarding/build-forwarded-request.ts'
import { parseTargetUrl } from '../forwarding/target-address.ts'

/** Where a draft goes if nothing else is known. */
export const USUAL_URL = 'http://localhost:3000'

/** A request with nothing on it. */
export const EMPTY_DRAFT: DraftContent = {
  method: 'POST',
  url: `${USUAL_URL}/`,
  headers: [],
  signing: { kind: 'original' },
  bodyView: 'auto',
}

/**
 * What a person begins with who edits a request: what would be sent if it were resent to this base. Lines that Creel sets itself stand there too, off;
 * the Host line is on where the sender's goes on.
 */
export function draftOfRequest(request: RequestDetail, base: string, keepHost: boolean): DraftContent {
  const kept = new Set(keptLines(request.headers))
  const keepsHost = keepHost || request.kind === 'composed'
  return {
    method: request.method,
    url: urlOn(base, request),
    headers: request.headers.map((line) => ({
      name: line[0],
      value: line[1],
      on: kept.has(line) || (keepsHost && line[0].toLowerCase() === 'host'),
    })),
    signing: { kind: 'original' },
    bodyView: 'auto',
  }
}

/** The whole URL of a request that is sent to this base. */
export function urlOn(base: string, request: Pick<RequestDetail, 'requestTarget' | 'mountBytes'>): string {
  const address = parseTargetUrl(base)
  const rest = request.requestTarget.slice(request.mountBytes)
  return address === null ? base : address.origin + joinPath(address.path, rest)
}
