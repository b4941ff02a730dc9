/** One channel of a smee server: where senders post to and where its stream is read. */
export type ChannelAddress = {
  /** Host and port, for sentences. */
  readonly host: string
  readonly url: string
  /** Path of the channel, without a slash at its end. */
  readonly path: string
  readonly channel: string
}

/** What smee takes as a channel's name. */
const CHANNEL = /^[A-Za-z0-9_-]{1,128}$/

/** Null when the text is no `http(s)://host[:port][/prefix]/channel`. A slash at the end does not matter. */
export function readChannelAddress(text: string): ChannelAddress | null {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  if ((url.protocol !== 'http:' && url.protocol !== 'https:') || url.username !== '' || url.password !== '') return null
  const path = url.pathname.replace(/\/+$/, '')
  const channel = path.slice(path.lastIndexOf('/') + 1)
  if (!CHANNEL.test(channel)) return null
  return { host: url.host, url: url.origin + path, path, channel }
}
