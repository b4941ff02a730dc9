import { clockMs } from '../clock.ts'
import { githubWebhook, stampedRequest } from '../webhook.ts'
import { openSenderConnection, type SenderConnection } from './sender-connection.ts'

export type PaceInput = {
  readonly port: number
  readonly path: string
  readonly perSecond: number
  readonly requests: number
  readonly firstNumber: number
  /** A request that was not accepted is sent again, as a sender with retries does, until the patience ends. */
  readonly retry: boolean
}

export type Paced = {
  /** Requests begun, those that were sent again not counted. */
  readonly sent: number
  /** Numbers of those that were never answered 2xx. */
  readonly notAccepted: readonly number[]
  /** How many tries were not accepted. */
  readonly refusals: number
  /** Of each accepted try: when it was begun, and how long its answer took. */
  readonly answers: readonly (readonly [begunAt: number, ms: number])[]
}

type Sender = { readonly connection: SenderConnection; number: number | null; begunAt: number; isOpen: boolean }

const PATIENCE_MS = 60_000
const RETRY_AFTER_MS = 100
const MOST_CONNECTIONS = 256

/** Sends so many a second, whether or not earlier ones were answered: an open loop. Connections are opened as they are needed. */
export function pace(input: PaceInput): Promise<Paced> {
  const { headers, body } = githubWebhook()
  const senders = new Set<Sender>()
  const idle: Sender[] = []
  const waiting: number[] = []
  const open = new Set<number>()
  const answers: [number, number][] = []
  const beganAt = clockMs()
  let sent = 0
  let refusals = 0

  return new Promise((resolve) => {
    const patience = setTimeout(finish, (input.requests / input.perSecond) * 1000 + PATIENCE_MS)
    const ticker = setInterval(tick, 1)

    function finish(): void {
      clearTimeout(patience)
      clearInterval(ticker)
      for (const { connection } of senders) connection.close()
      resolve({ sent, notAccepted: [...open], refusals, answers })
    }

    function tick(): void {
      const due = Math.min(input.requests, Math.floor(((clockMs() - beganAt) / 1000) * input.perSecond))
      for (; sent < due; sent += 1) {
        const number = input.firstNumber + sent
        open.add(number)
        begin(number)
      }
    }

    function begin(number: number): void {
      const sender = idle.pop()
      if (sender) return send(sender, number)
      waiting.push(number)
      if (senders.size < MOST_CONNECTIONS) connect()
    }

    function send(sender: Sender, number: number): void {
      sender.number = number
      sender.begunAt = clockMs()
      sender.connection.send(number, sender.begunAt)
    }

    function connect(): void {
      const request = stampedRequest({ path: input.path, port: input.port, headers, body })
      const sender: Sender = {
        number: null,
        begunAt: 0,
        isOpen: false,
        connection: openSenderConnection({
          port: input.port,
          request,
          onOpen() {
            sender.isOpen = true
            rest(sender)
          },
          onAnswer(status) {
            const isAccepted = status >= 200 && status < 300
            if (isAccepted) answers.push([sender.begunAt, clockMs() - sender.begunAt])
            settle(sender, isAccepted)
            rest(sender)
          },
          onBroken() {
            senders.delete(sender)
            const at = idle.indexOf(sender)
            if (at !== -1) idle.splice(at, 1)
            // One that never opened was opened for whoever waits.
            if (!sender.isOpen) sender.number = waiting.shift() ?? null
            settle(sender, false)
          },
        }),
      }
      senders.add(sender)
    }

    function rest(sender: Sender): void {
      const next = waiting.shift()
      if (next === undefined) idle.push(sender)
      else send(sender, next)
    }

    function settle(sender: Sender, isAccepted: boolean): void {
      const { number } = sender
      sender.number = null
      if (number === null) return
      if (isAccepted) open.delete(number)
      else refusals += 1
      if (!isAccepted && input.retry) setTimeout(begin, RETRY_AFTER_MS, number)
      if (sent === input.requests && (open.size === 0 || !input.retry) && isQuiet()) finish()
    }

    function isQuiet(): boolean {
      return waiting.length === 0 && [...senders].every(({ number }) => number === null)
    }
  })
}
