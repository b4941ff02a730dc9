import { clockMs } from '../clock.ts'
import { githubWebhook, stampedRequest } from '../webhook.ts'
import { openSenderConnection, type SenderConnection } from './sender-connection.ts'

export type PressInput = {
  readonly port: number
  /** What the number of each request is put behind. */
  readonly path: string
  readonly connections: number
  /** Whichever comes first. */
  readonly seconds: number
  readonly requests: number
  readonly firstNumber: number
  /** Instead of the 2 KB of a webhook. */
  readonly bodyBytes: number | null
}

export type Pressed = {
  readonly sent: number
  readonly accepted: number
  readonly byStatus: Readonly<Record<string, number>>
  /** Connections that broke, each with a request on its way. */
  readonly broken: number
  readonly beganAt: number
  /** When the last answer came. */
  readonly endedAt: number
  /** From the beginning of each request to its answer. */
  readonly answerMs: readonly number[]
}

/** A connection that was never answered must not keep the bench waiting for ever. */
const PATIENCE_MS = 60_000

/** Sends as fast as answers come, over so many connections: a closed loop. */
export function press(input: PressInput): Promise<Pressed> {
  const { headers, body } = githubWebhook()
  const content = input.bodyBytes === null ? body : Buffer.alloc(input.bodyBytes, 'x')
  const connections: SenderConnection[] = []
  const byStatus: Record<string, number> = {}
  const answerMs: number[] = []
  const beganAt = clockMs()
  const until = beganAt + input.seconds * 1000
  let endedAt = beganAt
  let sent = 0
  let broken = 0
  let open = 0

  return new Promise((resolve) => {
    const timer = setTimeout(finish, input.seconds * 1000 + PATIENCE_MS)

    function finish(): void {
      clearTimeout(timer)
      for (const connection of connections) connection.close()
      resolve({ sent, accepted: accepted(byStatus), byStatus, broken, beganAt, endedAt, answerMs })
    }

    function leave(): void {
      open -= 1
      if (open === 0) finish()
    }

    function start(): void {
      const request = stampedRequest({ path: input.path, port: input.port, headers, body: content })
      let begunAt = 0
      const connection = openSenderConnection({
        port: input.port,
        request,
        onOpen: next,
        onAnswer(status) {
          endedAt = clockMs()
          answerMs.push(endedAt - begunAt)
          byStatus[status] = (byStatus[status] ?? 0) + 1
          next()
        },
        onBroken() {
          broken += 1
          leave()
        },
      })
      connections.push(connection)

      function next(): void {
        begunAt = clockMs()
        if (sent >= input.requests || begunAt >= until) {
          connection.close()
          leave()
          return
        }
        const number = input.firstNumber + sent
        sent += 1
        connection.send(number, begunAt)
      }
    }

    open = input.connections
    for (let n = 0; n < input.connections; n += 1) start()
  })
}

function accepted(byStatus: Readonly<Record<string, number>>): number {
  let sum = 0
  for (const [status, count] of Object.entries(byStatus)) if (status.startsWith('2')) sum += count
  return sum
}
