import type { Target } from '../../protocol/target.ts'
import { hostOfUrl } from '../format/path.ts'
import { readTarget } from '../format/target-url.ts'

/** The target that a URL goes to, by scheme, host and port. */
export function targetOfUrl<T extends Pick<Target, 'url'>>(targets: readonly T[], url: string): T | undefined {
  const origin = originOf(url)
  return origin === null ? undefined : targets.find((target) => originOf(target.url) === origin)
}

/** What a URL's host is called where room is short: a port of this computer, else the host. */
export function shortHost(url: string): string {
  const port = /^https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\]):(\d+)(?![^/?#])/i.exec(url)?.[1]
  return port ?? hostOfUrl(url)
}

/**
 * The URL at another target: what stood behind the one before stands behind the other. Where it is not known what stood before, only
 * scheme, host and port change.
 */
export function atTarget(url: string, before: string | undefined, target: string): string {
  const full = readTarget(url)
  if (before !== undefined && full.startsWith(before)) return joined(target, full.slice(before.length))
  const origin = originOf(target) ?? target
  const rest = /^https?:\/\/[^/?#]*(.*)$/i.exec(full)?.[1]
  return rest === undefined || rest === '' ? target : origin + rest
}

function joined(target: string, rest: string): string {
  return target.endsWith('/') && rest.startsWith('/') ? target.slice(0, -1) + rest : target + rest
}

function originOf(url: string): string | null {
  return /^https?:\/\/[^/?#]+/i.exec(readTarget(url))?.[0].toLowerCase() ?? null
}

/** A URL with another query; null takes it away. */
export function withQuery(url: string, query: string | null): string {
  const hashAt = url.indexOf('#')
  const end = hashAt < 0 ? url.length : hashAt
  const queryAt = url.indexOf('?')
  const base = url.slice(0, queryAt >= 0 && queryAt < end ? queryAt : end)
  return `${base}${query === null ? '' : `?${query}`}${url.slice(end)}`
}

/** The query as it is written, without its mark; null when there is none. */
export function queryOf(url: string): string | null {
  const hashAt = url.indexOf('#')
  const before = hashAt < 0 ? url : url.slice(0, hashAt)
  const queryAt = before.indexOf('?')
  return queryAt < 0 ? null : before.slice(queryAt + 1)
}
