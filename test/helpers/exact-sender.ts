import type { Random } from './burst-random.ts'
import { openRaw, type RawConnection } from './raw-http.ts'
import type { SentRequest } from './random-request.ts'

/** Sends requests over one connection after the other, each used for as long as it lasts: alone, or several behind each other before the first is answered. */
export type ExactSender = {
  /** Sends and reads the answers: one status for each, in order. */
  send(requests: readonly SentRequest[]): Promise<number[]>
  connections(): number
  close(): void
}

const MOST_PIPELINED = 4

export function createExactSender(port: number, random: Random): ExactSender {
  let connection: RawConnection | null = null
  let connections = 0

  async function use(): Promise<RawConnection> {
    if (connection) return connection
    connection = await openRaw(port)
    connections += 1
    return connection
  }

  async function exchange(group: readonly SentRequest[]): Promise<number[]> {
    const open = await use()
    const statuses: number[] = []
    const [only] = group
    if (only?.expectsContinue && group.length === 1) {
      open.write(only.head)
      const { status } = await open.answer()
      if (status !== 100) throw new Error(`Request ${only.number} waits for 100 Continue and is told ${status}.`)
      open.write(only.framedBody)
    } else {
      writeInPieces(open, Buffer.concat(group.flatMap(({ head, framedBody }) => [head, framedBody])))
    }
    while (statuses.length < group.length) {
      const answer = await open.answer().catch(() => null)
      if (answer === null) {
        drop()
        return statuses
      }
      statuses.push(answer.status)
      if (answer.headers['connection']?.toLowerCase() === 'close') drop()
    }
    return statuses
  }

  /** Heads and bodies are cut anywhere: the relay's parser has to put them together. */
  function writeInPieces(open: RawConnection, bytes: Buffer): void {
    const cuts = Array.from({ length: random.between(0, 3) }, () => random.between(0, bytes.length)).toSorted(
      (a, b) => a - b,
    )
    let at = 0
    for (const cut of [...cuts, bytes.length]) {
      if (cut > at) open.write(bytes.subarray(at, cut))
      at = cut
    }
  }

  function drop(): void {
    connection?.close()
    connection = null
  }

  return {
    async send(requests) {
      const statuses: number[] = []
      for (let at = 0; at < requests.length;) {
        const group = groupAt(requests, at, random.between(1, MOST_PIPELINED))
        statuses.push(...(await exchange(group)))
        while (statuses.length < at + group.length) statuses.push(0)
        at += group.length
      }
      return statuses
    },
    connections: () => connections,
    close: drop,
  }
}

/** Requests that may be sent behind each other without waiting for an answer. */
function groupAt(requests: readonly SentRequest[], at: number, most: number): SentRequest[] {
  const group: SentRequest[] = []
  for (const request of requests.slice(at, at + most)) {
    if (request.standsAlone && group.length > 0) break
    group.push(request)
    if (request.standsAlone) break
  }
  return group
}
