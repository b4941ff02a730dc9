import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { openRaw, type RawAnswer } from '../../helpers/raw-http.ts'

/** Unanswered requests of one connection: as much as a relay reads ahead, or it would wait for us. */
const IN_FLIGHT = 64
const PIECE_BYTES = 64 * 1024

export type Poured = {
  /** Of the requests that were answered 2xx, by connection, in the order in which they were sent. */
  readonly accepted: readonly (readonly string[])[]
  readonly refused: readonly RawAnswer[]
  readonly seconds: number
}

/** Posts many small requests, pipelined on a few connections that stay open. Each body is its own name, filled up to `bodyBytes`. */
export async function pour(
  port: number,
  wanted: {
    readonly paths: readonly string[]
    readonly each: number
    readonly connections: number
    readonly bodyBytes: number
  },
): Promise<Poured> {
  const startedAt = performance.now()
  const refused: RawAnswer[] = []
  const shares = Array.from({ length: wanted.connections }, (_, i) => namesOf(i, wanted))
  const accepted = await Promise.all(
    shares.map((names) => pourOne(port, names, wanted.bodyBytes, (answer) => refused.push(answer))),
  )
  return { accepted, refused, seconds: (performance.now() - startedAt) / 1000 }
}

type Named = { readonly path: string; readonly name: string }

/** All of a path's requests come on one connection, or on all of them in turn when there is one path only. */
function namesOf(
  connection: number,
  { paths, each, connections }: { paths: readonly string[]; each: number; connections: number },
): Named[] {
  const mine: Named[] = []
  for (let n = 0; n < each; n += 1) {
    for (const [i, path] of paths.entries()) {
      const turn = paths.length === 1 ? n : i
      if (turn % connections === connection) mine.push({ path, name: `${path.slice(-6)}-${connection}-${n}` })
    }
  }
  return mine
}

async function pourOne(
  port: number,
  requests: readonly Named[],
  bodyBytes: number,
  onRefused: (answer: RawAnswer) => void,
): Promise<string[]> {
  const connection = await openRaw(port)
  const accepted: string[] = []
  try {
    for (let from = 0; from < requests.length; from += IN_FLIGHT) {
      const some = requests.slice(from, from + IN_FLIGHT)
      connection.write(some.map(({ path, name }) => requestText(path, name.padEnd(bodyBytes, ' '))).join(''))
      for (const { name } of some) {
        const answer = await connection.answer()
        if (answer.status === 200) accepted.push(name)
        else onRefused(answer)
      }
    }
  } finally {
    connection.close()
  }
  return accepted
}

function requestText(path: string, body: string): string {
  return `POST ${path} HTTP/1.1\r\nHost: relay\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}

/** A large body that is not kept: a few bytes of its own, and then what all of them share. */
export type LargeBody = { readonly first: Buffer; readonly rest: Buffer; readonly sha256: string }

export function largeBody(n: number, rest: Buffer): LargeBody {
  const first = Buffer.from(`body ${n}\n`)
  return { first, rest, sha256: createHash('sha256').update(first).update(rest).digest('hex') }
}

/** Posts it on a connection of its own, as fast as the relay reads. */
export async function postLarge(port: number, path: string, { first, rest }: LargeBody): Promise<RawAnswer> {
  const connection = await openRaw(port)
  try {
    const length = first.length + rest.length
    connection.write(`POST ${path} HTTP/1.1\r\nHost: relay\r\nContent-Length: ${length}\r\n\r\n`)
    connection.write(first)
    for (let from = 0; from < rest.length; from += PIECE_BYTES) {
      const isFull = !connection.socket.write(rest.subarray(from, from + PIECE_BYTES))
      if (isFull) await Promise.race([once(connection.socket, 'drain'), connection.closed])
      // A relay that refuses has said why before it closes.
      if (connection.socket.destroyed) break
    }
    return await connection.answer()
  } finally {
    connection.close()
  }
}
