import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { pace } from '../../../bench/load/pace.ts'
import { press } from '../../../bench/load/press.ts'
import { githubWebhook, readNumber } from '../../../bench/webhook.ts'

let server: Server | null = null
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
  server = null
})

type Got = { readonly number: number; readonly body: Buffer }

/** Gives what came, in order, and where to send to. */
async function receive(answer: (number: number, response: ServerResponse) => void) {
  const got: Got[] = []
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      const number = readNumber(request.url ?? '')
      got.push({ number, body: Buffer.concat(pieces) })
      answer(number, response)
    })
  }
  const listening = createServer(take)
  server = listening
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  return { got, port: (listening.address() as AddressInfo).port }
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n)
const numbers = (got: readonly Got[]): number[] => got.map(({ number }) => number).toSorted((a, b) => a - b)

describe('a closed loop', () => {
  const common = { path: '/in/x', connections: 4, seconds: 30, firstNumber: 0, bodyBytes: null }

  test('sends each number once, whole, and counts the answers by their status', async () => {
    const { got, port } = await receive((number, response) =>
      response.writeHead(number % 5 === 0 ? 503 : 200).end('ok'),
    )
    const pressed = await press({ ...common, port, requests: 100 })
    expect(numbers(got)).toEqual(upTo(100))
    expect(got.every(({ body }) => body.equals(githubWebhook().body))).toBe(true)
    expect(pressed).toMatchObject({ sent: 100, accepted: 80, byStatus: { 200: 80, 503: 20 }, broken: 0 })
    expect(pressed.answerMs).toHaveLength(100)
  })

  test('does not count what was never answered', async () => {
    const { port } = await receive((number, response) => (number === 3 ? response.destroy() : response.end()))
    const pressed = await press({ ...common, port, requests: 20 })
    expect(pressed).toMatchObject({ sent: 20, accepted: 19, broken: 1 })
  })

  test('sends large bodies whole', async () => {
    const { got, port } = await receive((_number, response) => response.end())
    await press({ ...common, port, connections: 2, requests: 2, bodyBytes: 3_000_000 })
    expect(got.map(({ body }) => body.length)).toEqual([3_000_000, 3_000_000])
  })
})

describe('an open loop', () => {
  const common = { path: '/in/x', perSecond: 500, requests: 100, firstNumber: 0 }

  test('keeps its pace while answers wait', async () => {
    let most = 0
    let open = 0
    const { got, port } = await receive((_number, response) => {
      open += 1
      most = Math.max(most, open)
      setTimeout(() => {
        open -= 1
        response.end()
      }, 50)
    })
    const paced = await pace({ ...common, port, retry: false })
    expect(numbers(got)).toEqual(upTo(100))
    expect(paced).toMatchObject({ sent: 100, notAccepted: [], refusals: 0 })
    expect(most).toBeGreaterThan(5)
  })

  test('names what was not accepted', async () => {
    const { port } = await receive((number, response) => response.writeHead(number % 50 === 7 ? 503 : 200).end())
    const paced = await pace({ ...common, port, retry: false })
    expect(paced.notAccepted.toSorted((a, b) => a - b)).toEqual([7, 57])
    expect(paced.refusals).toBe(2)
  })

  test('sends again what was refused or broken off, until it is accepted', async () => {
    const tries = new Map<number, number>()
    const { port } = await receive((number, response) => {
      const nth = (tries.get(number) ?? 0) + 1
      tries.set(number, nth)
      if (nth === 1 && number % 10 === 0) response.destroy()
      else if (nth < 3 && number % 10 === 1) response.writeHead(503).end()
      else response.end()
    })
    const paced = await pace({ ...common, port, retry: true })
    expect(paced).toMatchObject({ sent: 100, notAccepted: [], refusals: 30 })
    expect(paced.answers).toHaveLength(100)
    expect(tries.get(10)).toBe(2)
    expect(tries.get(11)).toBe(3)
  })
})
