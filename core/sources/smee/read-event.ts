import { createHash } from 'node:crypto'
import { z } from 'zod'
import { boundedArray, describeIssues, MAX_EPOCH_MS } from '../../../protocol/bounded.ts'
import { MAX_HEADER_LINES } from '../../../protocol/limits.ts'
import type { ItemHead } from '../../../protocol/request-frame.ts'
import type { ChannelAddress } from './channel-address.ts'

/** What a channel's event holds beside header lines: the body as JSON, the query as an object, and when it came. */
const Event = z.looseObject({
  body: z.unknown(),
  query: z.record(z.string().max(65_536), z.unknown()).default({}),
  timestamp: z.number().min(0).max(MAX_EPOCH_MS).optional(),
})

const OWN_KEYS: ReadonlySet<string> = new Set(['body', 'query', 'timestamp'])
/** A header line as HTTP could have brought it (RFC 9110 section 5). */
const HeaderLine = z.tuple([
  z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,1000}$/),
  z.string().regex(/^[\t\x20-\x7e\x80-\xff]{0,65536}$/),
])
const HeaderLines = boundedArray(HeaderLine, MAX_HEADER_LINES)
const MOST_QUERY = 65_000

export type SmeeRequest = {
  readonly head: Omit<Extract<ItemHead, { kind: 'request' }>, 'id' | 'seq'>
  readonly body: Uint8Array
}

export type EventRead =
  | { readonly ok: true; readonly request: SmeeRequest }
  | { readonly ok: false; readonly problem: string }

/**
 * Rebuilds a request from a smee event. Its server has parsed the body and writes it anew, has joined repeated headers and made the query an object, so
 * this is what a smee client sends on, not what the sender sent. Never throws.
 */
export function readSmeeEvent(data: string, address: ChannelAddress, now: number): EventRead {
  let json: unknown
  try {
    json = JSON.parse(data)
  } catch {
    return { ok: false, problem: 'Its data is not JSON.' }
  }
  const read = Event.safeParse(json)
  if (!read.success) return { ok: false, problem: describeIssues(read.error) }
  if (!('body' in read.data)) return { ok: false, problem: 'It has no body.' }
  const headers = HeaderLines.safeParse(toLines(read.data))
  if (!headers.success)
    return { ok: false, problem: `Its headers are none that HTTP has: ${describeIssues(headers.error)}` }
  const query = toQuery(read.data.query)
  if (query.length > MOST_QUERY) return { ok: false, problem: 'Its query is longer than any request has one.' }
  const body = toBody(read.data.body)
  return {
    ok: true,
    request: {
      body,
      head: {
        kind: 'request',
        bucket: address.channel,
        input: address.channel,
        receivedAt: read.data.timestamp ?? now,
        remote: null,
        bodyBytes: body.length,
        sha256: createHash('sha256').update(body).digest('hex'),
        handout: 1,
        redelivered: false,
        chunked: false,
        method: 'POST',
        target: address.path + query,
        mountBytes: address.path.length,
        headers: headers.data,
        trailers: [],
      },
    },
  }
}

function toLines(event: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(event).flatMap(([name, value]): [string, string][] => {
    if (OWN_KEYS.has(name)) return []
    const values = Array.isArray(value) ? value : [value]
    return values.map((one) => [name, typeof one === 'string' ? one : JSON.stringify(one)])
  })
}

function toQuery(query: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) => {
    const values = Array.isArray(value) ? value : [value]
    return values.map((one): [string, string] => [name, typeof one === 'string' ? one : JSON.stringify(one)])
  })
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`
}

/** As smee's own client writes it. */
function toBody(body: unknown): Uint8Array {
  return new Uint8Array(new TextEncoder().encode(JSON.stringify(body)))
}
