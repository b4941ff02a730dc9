import { METHODS } from 'node:http'
import { MAX_HEADER_LINES } from '../../protocol/limits.ts'
import type { Random } from './burst-random.ts'
import { chunked, randomBody } from './random-request-body.ts'
import { lineAt, lineText, randomLines, type SentLine } from './random-request-lines.ts'
import { randomTarget } from './random-request-target.ts'

/** A request as its sender meant it and as it is written on the wire. */
export type SentRequest = {
  /** Stands in its `X-Case` line. */
  readonly number: number
  readonly method: string
  readonly target: string
  /** What follows the input's id. */
  readonly rest: string
  readonly lines: readonly SentLine[]
  readonly body: Buffer
  readonly trailers: readonly SentLine[]
  /** Request line and header lines, as they are sent. */
  readonly head: Buffer
  /** The body as it is framed, with its trailers. */
  readonly framedBody: Buffer
  /** The relay says `100 Continue` first. */
  readonly expectsContinue: boolean
  /** Nothing may be sent behind it before it is answered: it ends its connection, asks for another protocol, or waits. */
  readonly standsAlone: boolean
}

/** Every method that Node's parser knows, but the one that is no request to a resource. */
const METHODS_TAKEN = METHODS.filter((method) => method !== 'CONNECT')
/** A head has 64 KiB. */
const LINES_BYTES = 60_000
/** From here on a head gets as many lines as one may have. */
const MANY_LINES = 900

/** A request that the relay has to take, as odd as HTTP/1.1 lets it be. `inputId` is where it goes. */
export function randomRequest(random: Random, number: number, inputId: string): SentRequest {
  const method = random.next() < 0.5 ? 'POST' : (METHODS_TAKEN[number % METHODS_TAKEN.length] ?? 'GET')
  const { target, rest } = randomTarget(random, inputId)
  const version = random.next() < 0.03 ? '1.0' : '1.1'
  const body = randomBody(random)
  const { framedBody, trailers, framing } = frame(random, body, version)
  const expectsContinue = version === '1.1' && random.next() < 0.06

  const lines = randomLines(random, LINES_BYTES - target.length)
  lineAt(random, lines, 'X-Case', String(number))
  for (const [name, value] of framing) lineAt(random, lines, name, value)
  if (expectsContinue) lineAt(random, lines, 'Expect', random.pick(['100-continue', '100-Continue']))
  const asksUpgrade = addEnding(random, lines)
  if (lines.length > MANY_LINES) while (lines.length < MAX_HEADER_LINES) lineAt(random, lines, 'X-A', '')

  const gap = (): string => (random.next() < 0.03 ? '  ' : ' ')
  const emptyLines = random.next() < 0.02 ? '\r\n\r\n' : ''
  const head = `${emptyLines}${method}${gap()}${target}${gap()}HTTP/${version}\r\n${lines.map(wireLine).join('')}\r\n`
  return {
    number,
    method,
    target,
    rest,
    lines,
    body,
    trailers,
    head: Buffer.from(head, 'latin1'),
    framedBody,
    expectsContinue,
    standsAlone: version === '1.0' || expectsContinue || asksUpgrade || lines.some(concernsConnection),
  }
}

/** How the body is sent: not at all, with its length, or in chunks, and the line that says so. */
function frame(
  random: Random,
  body: Buffer,
  version: string,
): { framedBody: Buffer; trailers: SentLine[]; framing: [string, string][] } {
  if (body.length === 0 && random.next() < 0.6) return { framedBody: body, trailers: [], framing: [] }
  // HTTP/1.0 has no chunks.
  if (version === '1.0' || random.next() < 0.6) {
    const length = `${random.next() < 0.1 ? '00' : ''}${body.length}`
    return { framedBody: body, trailers: [], framing: [['Content-Length', length]] }
  }
  const { wire, trailers } = chunked(random, body)
  const coding = random.pick(['chunked', 'chunked', 'Chunked', 'CHUNKED'])
  return { framedBody: wire, trailers, framing: [['Transfer-Encoding', coding]] }
}

/** Lines with which a sender wants the connection to end, or to become something else. Says whether it is the latter. */
function addEnding(random: Random, lines: SentLine[]): boolean {
  const dice = random.next()
  if (dice < 0.05) lineAt(random, lines, 'Connection', 'close')
  if (dice < 0.95) return false
  lineAt(random, lines, 'Upgrade', random.pick(['h2c', 'TLS/1.0, IRC/6.9', 'websocket']))
  lineAt(random, lines, 'Connection', 'Upgrade, HTTP2-Settings')
  return true
}

/** Node ends connections after what old proxies say, too. */
function concernsConnection({ name }: SentLine): boolean {
  return /^(?:proxy-)?connection$/i.test(name)
}

function wireLine({ name, before, value, after }: SentLine): string {
  return `${name}:${before}${value}${after}\r\n`
}

/** What the history's raw view has to show: the bytes that were sent, without blanks around values and with the framing of the body taken off. */
export function rawBytes(sent: SentRequest): Buffer {
  const lines = sent.lines.map((line) => `${lineText(line)}\r\n`).join('')
  return Buffer.concat([Buffer.from(`${sent.method} ${sent.target} HTTP/1.1\r\n${lines}\r\n`, 'latin1'), sent.body])
}
