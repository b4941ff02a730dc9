import type { Notice } from '../core/engine/notify.ts'
import { describeSender } from './describe.ts'

/** What a notification says: who did what, then of which request. */
export function describeNotice(notice: Notice, sourceName: string | null): { title: string; body: string } {
  const { request } = notice
  const from = sourceName === null ? '' : `, ${sourceName}`
  const body = `${describeSender(request)}${from}`
  switch (notice.kind) {
    case 'failing':
      return { title: describeFailing(notice), body }
    case 'nothing-listens':
      return { title: `Nothing is listening on ${hostOf(notice.url)}`, body: `${body}. It waits, in order.` }
    case 'new': {
      const name = sourceName ?? 'Creel'
      return { title: notice.count === 1 ? `New request, ${name}` : `${notice.count} new requests, ${name}`, body }
    }
  }
}

function describeFailing({ url, status, failureCode }: Extract<Notice, { kind: 'failing' }>): string {
  const host = hostOf(url)
  if (status !== null) return `${host} answered ${status}`
  switch (failureCode) {
    case 'first-byte-timeout':
    case 'idle-timeout':
      return `${host} did not answer in time`
    case 'body-gone':
    case 'refused-path':
    case 'cancelled':
    case 'internal':
      return `A request was not sent to ${host}`
    default:
      return `No answer from ${host}`
  }
}

/** Host and port as they stand in the URL. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}
