import { createHmac } from 'node:crypto'
import { exchangeRaw, type RawAnswer } from './raw-http.ts'
import { startTestRelay, type RelayWishes } from './running-relay.ts'

export const CURRENT = 'the-current-secret-of-the-sender'
export const PREVIOUS = 'the-previous-secret-of-the-sender'
export const BOTH = [
  { name: 'current', secret: CURRENT },
  { name: 'previous', secret: PREVIOUS },
]
export const GITHUB = { authentication: { signature: { scheme: 'github', secrets: BOTH } } }

/** The header line of GitHub's signature. */
export function githubLine(secret: string, body: string | Uint8Array): string {
  return `X-Hub-Signature-256: sha256=${createHmac('sha256', secret).update(body).digest('hex')}\r\n`
}

/** Sends exact bytes over a connection of its own. */
export function post(port: number, path: string, lines: string, body: string | Uint8Array): Promise<RawAnswer> {
  const bytes = Buffer.from(body)
  return exchangeRaw(
    port,
    `POST ${path} HTTP/1.1\r\nHost: hooks.example\r\n${lines}Content-Length: ${bytes.length}\r\n\r\n`,
    bytes,
  )
}

/** An input with these settings, at a relay of its own. */
export async function relayThatDemands(settings: object = GITHUB, wishes: RelayWishes = {}) {
  const relay = await startTestRelay(wishes)
  const bucket = await relay.newBucket()
  const input = await relay.newInput(bucket, settings)
  return { relay, bucket, input, port: relay.port }
}
