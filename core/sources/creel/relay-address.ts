/** The URLs of a relay's doors for agents, below whatever path the relay lives under. */
export type RelayAddress = {
  /** Host and port, for sentences. */
  readonly host: string
  readonly agentUrl: string
  /** With its query: buckets, subscription, and which agent it is that connects. */
  streamUrl(buckets: readonly string[], subscription: string, instance: string): string
}

/** Null when the text is no `http(s)://host[:port][/prefix]`. */
export function readRelayAddress(relayUrl: string): RelayAddress | null {
  if (!URL.canParse(relayUrl)) return null
  const url = new URL(relayUrl)
  if ((url.protocol !== 'http:' && url.protocol !== 'https:') || url.username !== '' || url.password !== '') return null
  const prefix = url.pathname.replace(/\/+$/, '')
  return {
    host: url.host,
    agentUrl: `${url.origin}${prefix}/v1/agent`,
    streamUrl(buckets, subscription, instance) {
      const query = new URLSearchParams(buckets.map((bucket): [string, string] => ['bucket', bucket]))
      query.set('subscription', subscription)
      query.set('instance', instance)
      return `${url.origin.replace(/^http/, 'ws')}${prefix}/v1/stream?${query.toString()}`
    },
  }
}

/** RFC 7617. */
export function basicAuthorization(token: { readonly key: string; readonly secret: string }): string {
  return `Basic ${Buffer.from(`${token.key}:${token.secret}`).toString('base64')}`
}
