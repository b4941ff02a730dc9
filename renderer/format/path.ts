export type CutPath = { readonly head: string; readonly tail: string }

/**
 * Where a path may be cut in the middle so that its end stays in sight: the tail is the last segment with the query, the head the rest.
 * A path of one segment is all tail.
 */
export function splitPath(path: string): CutPath {
  const queryAt = path.indexOf('?')
  const end = queryAt < 0 ? path.length : queryAt
  const slashAt = path.lastIndexOf('/', end - 1)
  if (slashAt <= 0) return { head: '', tail: path }
  return { head: path.slice(0, slashAt), tail: path.slice(slashAt) }
}

/** Cuts the middle of a text so that start and end stay: at most `max` characters, the ellipsis counted. */
export function cutMiddle(text: string, max: number): string {
  if (text.length <= max) return text
  const kept = Math.max(0, max - 1)
  const start = Math.ceil(kept / 2)
  return `${text.slice(0, start)}…${text.slice(text.length - (kept - start))}`
}

/** What follows the input's URL in a request target: path and query, verbatim. Empty when the sender posted to the input itself. */
export function restOfTarget(request: { readonly requestTarget: string; readonly mountBytes: number }): string {
  return request.requestTarget.slice(request.mountBytes)
}

/** Host and port of a URL, as people name a target: "localhost:3000". What is no URL stays as it is. */
export function hostOfUrl(url: string): string {
  return /^https?:\/\/([^/?#]+)/i.exec(url)?.[1] ?? url
}
