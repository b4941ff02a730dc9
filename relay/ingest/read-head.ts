import type { IncomingMessage } from 'node:http'
import { MAX_HEADER_LINES, MIB } from '../../protocol/limits.ts'
import type { HeaderLine } from '../../protocol/request.ts'
import type { Refusal } from '../problem.ts'

/** What a request's head says, as it stood on the wire: latin-1, in order, duplicates and all. */
export type RequestHead = {
  readonly method: string
  readonly target: string
  readonly remote: string | null
  readonly headers: readonly HeaderLine[]
  /** What the sender announces; null when it does not. */
  readonly bodyBytes: number | null
}

/** `remote` is the connection's. */
export function readHead({ method = '', url = '', rawHeaders }: IncomingMessage, remote: string | null): RequestHead {
  const headers = headerLines(rawHeaders)
  return { method, target: url, remote, headers, bodyBytes: announcedBytes(headers) }
}

/** Whether a line's name is this one, given in lower case. Length and first letter tell most apart without making a text. */
export function isNamed(name: string, lowerCase: string): boolean {
  return (
    name.length === lowerCase.length &&
    (name.charCodeAt(0) | 0x20) === lowerCase.charCodeAt(0) &&
    name.toLowerCase() === lowerCase
  )
}

/** Node's parser has refused whatever has two of these lines, or one that is no number. */
function announcedBytes(headers: readonly HeaderLine[]): number | null {
  for (const line of headers) if (isNamed(line[0], 'content-length')) return Number(line[1])
  return null
}

/** Pairs up what Node gives as one flat list. */
export function headerLines(raw: readonly string[]): HeaderLine[] {
  const lines: HeaderLine[] = []
  for (let at = 0; at + 1 < raw.length; at += 2) lines.push([raw[at] ?? '', raw[at + 1] ?? ''])
  return lines
}

/** An IPv4 sender on a dual-stack socket shows as `::ffff:192.0.2.1`. */
export function readRemote(address: string | undefined): string | null {
  return address?.replace(/^::ffff:(?=\d+\.)/i, '') ?? null
}

export const TRANSFER_ENCODING: Refusal = {
  status: 501,
  code: 'transfer-encoding',
  detail: 'the only Transfer-Encoding taken is a single "chunked"',
}

const EXPECTATION: Refusal = { status: 417, code: 'expectation', detail: 'the only Expect taken is "100-continue"' }
const VERSION: Refusal = { status: 505, code: 'http-version', detail: 'only HTTP/1.0 and HTTP/1.1 are spoken here' }

/**
 * Says why a request is refused by its head alone, before a byte of its body is read, or null. Node's parser lets some through that could not go on as what they
 * are: another version, or an expectation that only looks like the one that is met (Node looks for "100-continue" anywhere in the value).
 */
export function judgeHead(req: IncomingMessage, head: RequestHead, maxBodyBytes: number): Refusal | null {
  if (req.httpVersionMajor !== 1) return VERSION
  const { headers, bodyBytes } = head
  // RFC 9110 section 10.1.1: HTTP/1.0 knows no expectations.
  if (req.httpVersionMinor !== 0 && !areExpectationsMet(headers)) return EXPECTATION
  if (headers.length > MAX_HEADER_LINES) {
    const detail = `${headers.length} header lines are over the limit of ${MAX_HEADER_LINES}`
    return { status: 431, code: 'header-lines', detail }
  }
  if (!isPlainlyChunked(headers)) return TRANSFER_ENCODING
  if (bodyBytes !== null && bodyBytes > maxBodyBytes) return tooLarge(bodyBytes, maxBodyBytes)
  return null
}

function areExpectationsMet(headers: readonly HeaderLine[]): boolean {
  for (const line of headers) if (isNamed(line[0], 'expect') && line[1].toLowerCase() !== '100-continue') return false
  return true
}

/** Says why a request is refused by the lines behind its body, or null. */
export function judgeTrailers(trailers: readonly HeaderLine[]): Refusal | null {
  if (trailers.length <= MAX_HEADER_LINES) return null
  const detail = `${trailers.length} trailer lines are over the limit of ${MAX_HEADER_LINES}`
  return { status: 431, code: 'trailer-lines', detail }
}

/** `bodyBytes` is null when only the limit is known to be passed. */
export function tooLarge(bodyBytes: number | null, maxBodyBytes: number): Refusal {
  const size = bodyBytes === null ? '' : ` of ${megabytes(bodyBytes)}`
  return { status: 413, code: 'body-too-large', detail: `body${size} is over the limit of ${megabytes(maxBodyBytes)}` }
}

/** Node lets `gzip, chunked` through and loses the coding, which would change the body. */
export function isPlainlyChunked(headers: readonly HeaderLine[]): boolean {
  let codings = 0
  for (const line of headers) {
    if (!isNamed(line[0], 'transfer-encoding')) continue
    codings += 1
    if (codings > 1 || line[1].trim().toLowerCase() !== 'chunked') return false
  }
  return true
}

function megabytes(bytes: number): string {
  if (bytes < MIB / 10) return `${bytes} bytes`
  return `${Number((bytes / MIB).toFixed(1))} MB`
}
