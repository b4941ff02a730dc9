import type { FailureCode } from '../../protocol/delivery.ts'
import type { RequestId, SourceId } from '../../protocol/ids.ts'
import { isMutedBy } from '../../protocol/mutes.ts'
import type { RequestSummary } from '../../protocol/request.ts'
import type { Mute, SourceNotices } from '../../protocol/settings.ts'
import type { DeliveryNews } from '../forwarding/forwarder.ts'
import { hasFailed } from '../history/delivery-digest.ts'

/** Something worth telling whoever does not look at the window. */
export type Notice =
  | {
      readonly kind: 'failing'
      readonly request: RequestSummary
      readonly url: string
      /** Null where no answer came. */
      readonly status: number | null
      readonly failureCode: FailureCode | null
    }
  | { readonly kind: 'nothing-listens'; readonly request: RequestSummary; readonly url: string }
  | { readonly kind: 'new'; readonly request: RequestSummary; readonly count: number }

export type NoticeWishes = {
  readonly notices: boolean
  readonly sourceNotices: readonly SourceNotices[]
  readonly mutes: readonly Mute[]
}

export type Notices = {
  /** What became of a delivery. */
  delivered(news: DeliveryNews): void
  /** New rows. */
  received(rows: readonly RequestSummary[]): void
}

/** After this a target that fails still is told of again. */
const QUIET_MS = 300_000
const NEWS_EVERY_MS = 60_000

/**
 * Decides what the desktop tells of: of a target that fails once, until it has answered well or five minutes passed; of new requests, where their source
 * asks for it, once a minute. Nothing while somebody looks, and nothing of what is muted.
 */
export function createNotices(options: {
  readonly now: () => number
  readonly wishes: () => NoticeWishes
  /** Whether somebody looks at the window. */
  readonly isAttended: () => boolean
  readonly read: (id: RequestId) => Promise<RequestSummary | null>
  readonly show: (notice: Notice) => void
  readonly onProblem: (problem: unknown) => void
}): Notices {
  /** When it was last told of targets that fail. */
  const toldAt = new Map<string, number>()
  const newsToldAt = new Map<SourceId, number>()
  /** New since it was last told of them. */
  const news = new Map<SourceId, number>()

  function isWanted(request: RequestSummary, kind: 'failures' | 'news'): boolean {
    const { mutes, sourceNotices } = options.wishes()
    if (isMutedBy(mutes, request)) return false
    const own = sourceNotices.find(({ sourceId }) => sourceId === request.sourceId)
    return own?.[kind] ?? kind === 'failures'
  }

  async function tellFailing({ requestId, url, change }: DeliveryNews): Promise<void> {
    const before = toldAt.get(url)
    // Before the request is read: more of its burst may come meanwhile.
    toldAt.set(url, options.now())
    const request = await options.read(requestId)
    if (request === null || !isWanted(request, 'failures')) {
      if (before === undefined) toldAt.delete(url)
      else toldAt.set(url, before)
    } else if (change.holdReason === 'nothing-listens') {
      options.show({ kind: 'nothing-listens', request, url })
    } else {
      const { status = null, failureCode = null } = change
      options.show({ kind: 'failing', request, url, status, failureCode })
    }
  }

  function tellNews(request: RequestSummary, sourceId: SourceId): void {
    const count = news.get(sourceId) ?? 0
    if (count === 0 || options.now() - (newsToldAt.get(sourceId) ?? -Infinity) < NEWS_EVERY_MS) return
    newsToldAt.set(sourceId, options.now())
    news.delete(sourceId)
    options.show({ kind: 'new', request, count })
  }

  return {
    delivered(delivery) {
      const { url, change } = delivery
      const { state, holdReason, status = null } = change
      if (state === 'answered' && !hasFailed({ state, status })) toldAt.delete(url)
      // One that was in flight when it was found that nobody listens, with what its attempt met.
      const isLost = state === 'held' && holdReason === 'nothing-listens' && change.failureCode !== undefined
      if (!isLost && !hasFailed({ state, status })) return
      if (!options.wishes().notices || options.isAttended()) return
      if (options.now() - (toldAt.get(url) ?? -Infinity) < QUIET_MS) return
      tellFailing(delivery).catch(options.onProblem)
    },
    received(rows) {
      if (!options.wishes().notices) return
      for (const row of rows) {
        const { sourceId } = row
        if (sourceId === null || row.read || !isWanted(row, 'news')) continue
        if (options.isAttended()) {
          news.delete(sourceId)
          continue
        }
        news.set(sourceId, (news.get(sourceId) ?? 0) + 1)
      }
      for (const row of rows) if (row.sourceId !== null && isWanted(row, 'news')) tellNews(row, row.sourceId)
    },
  }
}
