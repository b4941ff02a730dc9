import githubExamples from '@octokit/webhooks-examples' with { type: 'json' }
import { signRequest } from '../signatures/sign.ts'

const SECRET = "It's a Secret to Everybody"
const EVENT = 'marketplace_purchase'
/** The one of GitHub's examples that is nearest to 2 KB as GitHub writes it: 2,024 bytes. */
const EXAMPLE = 2
const NUMBER_DIGITS = 8
const TIME_DIGITS = 16

export type Line = readonly [name: string, value: string]
export type Webhook = { readonly headers: readonly Line[]; readonly body: Buffer; readonly secret: string }

/** A POST of 2 KB as GitHub sends it, signed. */
export function githubWebhook(): Webhook {
  const example = githubExamples.find(({ name }) => name === EVENT)?.examples[EXAMPLE]
  if (example === undefined) throw new Error(`@octokit/webhooks-examples has no ${EVENT} example ${EXAMPLE} any more.`)
  const body = Buffer.from(JSON.stringify(example))
  const headers: Line[] = [
    ['Accept', '*/*'],
    ['Content-Type', 'application/json'],
    ['User-Agent', 'GitHub-Hookshot/044aadd'],
    ['X-GitHub-Delivery', '72d3162e-cc78-11e3-81ab-4c9367dc0958'],
    ['X-GitHub-Event', EVENT],
    ['X-GitHub-Hook-ID', '482113907'],
    ['X-GitHub-Hook-Installation-Target-ID', '79929171'],
    ['X-GitHub-Hook-Installation-Target-Type', 'repository'],
    ['X-Hub-Signature', ''],
    ['X-Hub-Signature-256', ''],
  ]
  return { headers: signRequest({ scheme: 'github', headers, body, secret: SECRET, now: 0 }), body, secret: SECRET }
}

/** Header line in which a request carries when it was begun, in microseconds of `clockMs`. */
export const BEGUN_HEADER = 'x-bench-begun'

/** The bytes of one request, in which its number and the moment of its beginning are written anew each time. */
export type Stamped = { readonly head: Buffer; readonly body: Buffer; stamp(number: number, nowMs: number): void }

/** Prepares the bytes of a request to `path`, followed by a slash and its number of eight digits. */
export function stampedRequest(input: {
  readonly path: string
  readonly port: number
  readonly headers: readonly Line[]
  readonly body: Buffer
}): Stamped {
  const before = `POST ${input.path}/`
  const lines = input.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  const between = ` HTTP/1.1\r\nHost: 127.0.0.1:${input.port}\r\n${lines}Content-Length: ${input.body.length}\r\nX-Bench-Begun: `
  const text = `${before}${'0'.repeat(NUMBER_DIGITS)}${between}${'0'.repeat(TIME_DIGITS)}\r\n\r\n`
  const head = Buffer.from(text, 'latin1')
  const numberEnd = before.length + NUMBER_DIGITS
  const timeEnd = numberEnd + between.length + TIME_DIGITS
  return {
    head,
    body: input.body,
    stamp(number, nowMs) {
      writeDigits(head, numberEnd, NUMBER_DIGITS, number)
      writeDigits(head, timeEnd, TIME_DIGITS, Math.floor(nowMs * 1000))
    },
  }
}

/** The number of a request, from the target that it was sent to. */
export function readNumber(target: string): number {
  return Number(target.slice(-NUMBER_DIGITS))
}

function writeDigits(bytes: Buffer, end: number, count: number, value: number): void {
  let rest = value
  for (let at = end - 1; at >= end - count; at -= 1) {
    const next = Math.floor(rest / 10)
    bytes[at] = 48 + rest - next * 10
    rest = next
  }
}
