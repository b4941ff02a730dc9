import { createHash } from 'node:crypto'
import { createServer, type Server, type ServerResponse } from 'node:http'

/** A request as it came to the target. The body is hashed, not kept. */
export type TargetArrival = {
  /** The last part of the path: each request of a proof has its own. */
  readonly name: string
  readonly at: number
  /** SHA-256 in hex; null while, or where for ever, the body is not whole. */
  sha256: string | null
  bytes: number
}

/** A program of the developer's that notes what comes, in the order in which heads come. */
export type ArenaTarget = {
  readonly url: string
  readonly arrivals: readonly TargetArrival[]
  /** Requests that have no answer yet. */
  openNow(): number
  /** How long it takes to answer from now on, in ms. */
  slowTo(ms: number): void
  /** When it stopped listening, epoch ms. */
  readonly wentAwayAt: readonly number[]
  /** Stops listening, resets what is open. */
  down(): Promise<void>
  /** Listens again, on the same port. */
  up(): Promise<void>
}

export async function startArenaTarget(port = 0): Promise<ArenaTarget> {
  const arrivals: TargetArrival[] = []
  const wentAwayAt: number[] = []
  let server: Server | null = null
  let boundPort = port
  let answerAfterMs = 0
  let open = 0

  function answer(response: ServerResponse): void {
    if (answerAfterMs === 0) response.end('ok')
    else setTimeout(() => response.end('ok'), answerAfterMs)
  }

  async function up(): Promise<void> {
    if (server !== null) return
    const made = createServer((request, response) => {
      const path = request.url ?? ''
      const arrival: TargetArrival = {
        name: path.slice(path.lastIndexOf('/') + 1),
        at: Date.now(),
        sha256: null,
        bytes: 0,
      }
      arrivals.push(arrival)
      open += 1
      response.once('close', () => (open -= 1))
      const hash = createHash('sha256')
      request.on('data', (piece: Buffer) => {
        arrival.bytes += piece.length
        hash.update(piece)
      })
      request.once('end', () => {
        arrival.sha256 = hash.digest('hex')
        answer(response)
      })
      // Whoever sent it was killed.
      request.on('error', () => response.destroy())
      response.on('error', () => undefined)
    })
    server = made
    await new Promise<void>((resolve, reject) => {
      made.once('error', reject)
      made.listen(boundPort, '127.0.0.1', resolve)
    })
    const address = made.address()
    boundPort = typeof address === 'object' && address !== null ? address.port : boundPort
  }

  await up()
  return {
    url: `http://localhost:${boundPort}`,
    arrivals,
    wentAwayAt,
    openNow: () => open,
    slowTo: (ms) => {
      answerAfterMs = ms
    },
    async down() {
      const closing = server
      server = null
      if (closing === null) return
      wentAwayAt.push(Date.now())
      const closed = new Promise<void>((resolve) => closing.close(() => resolve()))
      closing.closeAllConnections()
      await closed
    },
    up,
  }
}
