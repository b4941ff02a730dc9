import type { Keys, Line } from '../scheme.ts'

/** What a sender asks before it sends anything: is this address yours? */
export type HandshakeRequest = {
  readonly method: string
  /** Full, or path and query. */
  readonly url: string | null
  readonly headers: readonly Line[]
  readonly body: Uint8Array
}

/** What may be answered with. Verify tokens and signing secrets are `secrets`. */
export type HandshakeKeys = Partial<Keys> & {
  /** For WebSub: the topics that were asked for. Without them every topic is confirmed. */
  readonly topics?: readonly string[] | undefined
}

/** What to answer. */
export type HandshakeAnswer = {
  /** Id of the sender's handshake: `slack`. */
  readonly handshake: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Came with the request, to be kept as the signing secret. */
  readonly secret?: string
  /** To be fetched, with the person's consent, to confirm the subscription: one of the sender's own hosts. */
  readonly confirmUrl?: string
}

/** No challenge is longer. */
const MOST_CHALLENGE_CHARS = 4096

/** A value that can be given back without harm: printable ASCII, of limited length; null for any other. */
export function harmless(value: string | null): string | null {
  return value !== null && /^[\u0020-\u007e]+$/.test(value) && value.length <= MOST_CHALLENGE_CHARS ? value : null
}

/** A challenge given back as plain text, which no browser takes for a page; undefined for one that is not harmless. */
export function reflect(handshake: string, challenge: string | null): HandshakeAnswer | undefined {
  const body = harmless(challenge)
  if (body === null) return undefined
  return {
    handshake,
    status: 200,
    headers: { 'Content-Type': 'text/plain', 'X-Content-Type-Options': 'nosniff' },
    body,
  }
}

/** JSON, each of whose values must be harmless. */
export function answerJson(
  handshake: string,
  values: Readonly<Record<string, string | number | null>>,
): HandshakeAnswer | undefined {
  const isHarmless = Object.values(values).every((value) => typeof value === 'number' || harmless(value) !== null)
  if (!isHarmless) return undefined
  const headers = { 'Content-Type': 'application/json', 'X-Content-Type-Options': 'nosniff' }
  return { handshake, status: 200, headers, body: JSON.stringify(values) }
}

/** A status and no body. */
export function answerEmpty(handshake: string, status = 200): HandshakeAnswer {
  return { handshake, status, headers: {}, body: '' }
}
