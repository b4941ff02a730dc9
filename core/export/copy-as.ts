import { AppFailure } from '../../protocol/app-error.ts'
import type { CopyFormat } from '../../protocol/copy-as.ts'
import type { DraftContent } from '../../protocol/draft.ts'
import type { RequestId } from '../../protocol/ids.ts'
import { MIB } from '../../protocol/limits.ts'
import { HIDDEN } from '../../protocol/redaction.ts'
import type { HeaderLine, RequestDetail } from '../../protocol/request.ts'
import { readDraftUrl } from '../compose/draft-url.ts'
import type { HistoryRequests } from '../history/history.ts'
import { toCurlBash } from './curl-bash.ts'
import { toCurlPowerShell } from './curl-powershell.ts'
import { hideValues, type ExportedRequest } from './exported-request.ts'
import { toRawHttp } from './raw-http.ts'
import { toJson } from './request-json.ts'

/** More than this is no text that anybody pastes, and the clipboard of some systems breaks. */
const MOST_BYTES = 8 * MIB

const WRITERS: Readonly<Record<CopyFormat, (exported: ExportedRequest) => string>> = {
  'curl-bash': toCurlBash,
  'curl-powershell': toCurlPowerShell,
  'raw-http': toRawHttp,
  json: toJson,
}

export type CopyAs = (
  id: RequestId,
  format: CopyFormat,
  /** Which headers' values are hidden; null = none. */
  isSecret: ((name: string) => boolean) | null,
) => Promise<{ readonly text: string; readonly hidden: readonly string[] }>

/** Puts requests into text for other tools and other people. Hidden, unless asked for, are secret header values and the input's id in the path. */
export function createCopyAs(options: {
  readonly requests: HistoryRequests
  /** What would be sent if it were resent. */
  readonly contentOf: (request: RequestDetail) => Promise<DraftContent>
}): CopyAs {
  return async (id, format, isSecret) => {
    const request = await options.requests.get(id)
    if (request === null || request.bodySha256 === null || request.kind === 'gap') {
      throw new AppFailure({ code: 'not-found', message: 'This request is no longer in the history.' })
    }
    if (request.bodyBytes > MOST_BYTES) {
      throw new AppFailure({
        code: 'conflict',
        message: `Its body of ${Math.round(request.bodyBytes / MIB)} MB is too large to be copied as text.`,
        fix: 'Save the body as a file instead.',
      })
    }
    const hidden = new Set<string>()
    const hide = (lines: readonly HeaderLine[]): readonly HeaderLine[] =>
      isSecret === null ? lines : hideValues(lines, isSecret, hidden)
    const body = await readWhole(options.requests, request)
    const sent = sentAs(await options.contentOf(request))
    const exported: ExportedRequest = {
      request: isSecret === null ? request : shared(request, hide),
      body,
      sent: { ...sent, headers: hide(sent.headers) },
    }
    return { text: WRITERS[format](exported), hidden: [...hidden] }
  }
}

function sentAs(content: DraftContent): ExportedRequest['sent'] {
  const read = readDraftUrl(content.url)
  const headers = content.headers.flatMap(({ name, value, on }): HeaderLine[] => (on ? [[name, value]] : []))
  if ('problem' in read) throw new AppFailure({ code: 'conflict', message: read.problem, fix: read.fix })
  return { origin: read.address.origin, target: read.target + read.fragment, headers }
}

/** Whoever has an input's address can post to it. */
function shared(request: RequestDetail, hide: (lines: readonly HeaderLine[]) => readonly HeaderLine[]): RequestDetail {
  const { requestTarget, mountBytes } = request
  const mount = requestTarget.slice(0, mountBytes).replace(/[^/]+$/, request.kind === 'composed' ? '$&' : HIDDEN)
  return {
    ...request,
    requestTarget: mount + requestTarget.slice(mountBytes),
    headers: [...hide(request.headers)],
    trailers: [...hide(request.trailers)],
  }
}

async function readWhole(requests: HistoryRequests, { id, bodyBytes }: RequestDetail): Promise<Uint8Array> {
  const whole = new Uint8Array(bodyBytes)
  for (let from = 0; from < bodyBytes; from += MIB) {
    const piece = await requests.readBody({ kind: 'request', id }, from, Math.min(bodyBytes, from + MIB))
    if (piece === null) throw new AppFailure({ code: 'not-found', message: 'Its body is no longer in the history.' })
    whole.set(piece, from)
  }
  return whole
}
