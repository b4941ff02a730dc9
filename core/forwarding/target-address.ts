/** A target's URL taken apart without a URL parser, so that its path stays as it was written. */
export type TargetAddress = {
  readonly scheme: 'http' | 'https'
  /** As DNS and sockets take it: no brackets. */
  readonly hostname: string
  readonly port: number
  /** As the Host line says it: `localhost:3000`, `[::1]:3000`. */
  readonly authority: string
  readonly origin: string
  /** As written: empty, or beginning with a slash. */
  readonly path: string
}

/** Null when the text is no URL that requests can be sent to. */
export function parseTargetUrl(url: string): TargetAddress | null {
  const match = /^(https?):\/\/(\[[0-9a-f:.]+\]|[^/?#@:\s[\]]+)(?::(\d{1,5}))?(\/[^\s?#]*)?$/i.exec(url.trim())
  if (!match) return null
  const scheme = match[1]?.toLowerCase() === 'https' ? 'https' : 'http'
  const host = (match[2] ?? '').toLowerCase()
  const port = match[3] === undefined ? (scheme === 'https' ? 443 : 80) : Number(match[3])
  if (port < 1 || port > 65_535) return null
  const authority = match[3] === undefined ? host : `${host}:${port}`
  return {
    scheme,
    hostname: host.startsWith('[') ? host.slice(1, -1) : host,
    port,
    authority,
    origin: `${scheme}://${authority}`,
    path: match[4] ?? '',
  }
}

/** An address and port as people write them. */
export function formatAddress(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
