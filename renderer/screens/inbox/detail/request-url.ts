import type { RequestFull } from '../../../../protocol/ipc.ts'

export type RequestUrl = {
  /** Scheme, host and path up to the input's end; what every request of this input has in common. */
  readonly input: string
  /** What follows, verbatim, with its query. */
  readonly rest: string
  /** The query behind the first `?`, without it; null when there is none. A bare `?` gives an empty one. */
  readonly query: string | null
}

/** A request's URL as its sender wrote it. */
export function requestUrl({ request, inputUrl }: Pick<RequestFull, 'request' | 'inputUrl'>): RequestUrl {
  const { requestTarget, mountBytes } = request
  const queryAt = requestTarget.indexOf('?')
  return {
    input: inputUrl ?? requestTarget.slice(0, mountBytes),
    rest: requestTarget.slice(mountBytes),
    query: queryAt < 0 ? null : requestTarget.slice(queryAt + 1),
  }
}

export type TwoLines = {
  readonly first: { input: string; rest: string }
  readonly second: { input: string; rest: string }
}

/**
 * A URL that does not fit into two lines keeps its start in the first and its end in the second, behind an ellipsis. Null when it fits.
 */
export function cutUrl(url: Pick<RequestUrl, 'input' | 'rest'>, columns: number): TwoLines | null {
  const whole = url.input + url.rest
  if (columns < 4 || whole.length <= columns * 2) return null
  const split = (from: number, to: number): { input: string; rest: string } => ({
    input: whole.slice(from, Math.max(from, Math.min(to, url.input.length))),
    rest: whole.slice(Math.max(from, Math.min(to, url.input.length)), to),
  })
  return { first: split(0, columns), second: split(whole.length - (columns - 1), whole.length) }
}
