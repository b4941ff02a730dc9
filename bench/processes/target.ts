import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { clockMs } from '../clock.ts'
import { sayReady, serve } from '../serve.ts'
import { BEGUN_HEADER, readNumber } from '../webhook.ts'

/** What arrived since `forget`. */
export type Arrivals = { readonly count: number; readonly distinct: number; readonly lastAt: number }

export type TargetCalls = {
  readonly port: { input: null; output: number }
  readonly forget: { input: null; output: null }
  readonly arrivals: { input: null; output: Arrivals }
  /** From each request's beginning at its sender to its last byte here. */
  readonly latencies: { input: null; output: readonly number[] }
  readonly numbers: { input: null; output: readonly number[] }
}

let seen = new Set<number>()
let latencies: number[] = []
let count = 0
let lastAt = 0

/** A program of the developer's: node:http that reads the body and answers 200, and knows what came. */
const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => {
    lastAt = clockMs()
    count += 1
    seen.add(readNumber(request.url ?? ''))
    latencies.push(lastAt - Number(request.headers[BEGUN_HEADER]) / 1000)
    response.end()
  })
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  serve<TargetCalls>({
    port: () => port,
    forget() {
      seen = new Set()
      latencies = []
      count = 0
      lastAt = 0
      return null
    },
    arrivals: () => ({ count, distinct: seen.size, lastAt }),
    latencies: () => latencies,
    numbers: () => [...seen],
  })
  sayReady()
})
