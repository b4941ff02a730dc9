import type { HeaderLine } from '../../protocol/request.ts'
import { signRequest } from '../../signatures/sign.ts'
import { githubPayloads, otherPayloads, STRIPE_SECRET, type Payload } from '../helpers/payloads.ts'
import { post } from '../helpers/post.ts'

/** Under which name senders reach the relay in the pictures. */
export const PUBLIC_HOST = 'hooks.harborline.example'

const MINUTE_MS = 60_000
const realNow = Date.now

/** Sets the clock of this process, and so of the relays in it, back for as long as `run` takes: what they receive then is that old. */
export async function atEarlier<T>(minutes: number, run: () => Promise<T>): Promise<T> {
  Date.now = () => realNow() - minutes * MINUTE_MS
  try {
    return await run()
  } finally {
    Date.now = realNow
  }
}

/** One of GitHub's own examples. */
export function github(event: string): Payload {
  const found = githubPayloads().find(({ name }) => name === `github ${event}`)
  if (!found) throw new Error(`GitHub has no example of ${event}.`)
  return found
}

/** The body was laid out anew on its way, as some proxies do: its signature is that of the minified one. */
export function reserialised(payload: Payload): Payload {
  return { ...payload, body: Buffer.from(JSON.stringify(JSON.parse(payload.body.toString()), null, 2)) }
}

export function stripe(type = 'invoice.paid'): Payload {
  const paid = other('stripe invoice.paid')
  const body = Buffer.from(paid.body.toString().replace('"invoice.paid"', `"${type}"`))
  const signed = signRequest({ scheme: 'stripe', headers: paid.headers, body, secret: STRIPE_SECRET, now: Date.now() })
  return { ...paid, headers: signed as HeaderLine[], body }
}

export function other(name: string): Payload {
  const found = otherPayloads(Date.now()).find((payload) => payload.name === name)
  if (!found) throw new Error(`There is no payload ${name}.`)
  return found
}

/** Sends it as its sender would through the public name of the relay. */
export async function send(
  inputUrl: string,
  payload: Pick<Payload, 'path' | 'headers' | 'body'>,
  method = 'POST',
): Promise<void> {
  const { length } = payload.body
  const framing: HeaderLine[] = length > 0 ? [['Content-Length', String(length)]] : []
  const lines: HeaderLine[] = [
    ['Host', PUBLIC_HOST],
    ...payload.headers,
    ['X-Forwarded-For', '140.82.115.12'],
    ['X-Forwarded-Proto', 'https'],
    ...framing,
  ]
  const { status } = await post(inputUrl + payload.path, payload.body, { method, headers: lines.flat() })
  if (status !== 200) throw new Error(`The relay answered ${status}.`)
}
