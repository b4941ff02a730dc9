import { randomUUID } from 'node:crypto'
import { AppFailure } from '../../protocol/app-error.ts'
import type { HeaderLine } from '../../protocol/request.ts'
import { settleWithin } from '../forwarding/settle-within.ts'
import { ask } from '../network/ask.ts'
import type { Network } from '../network/network.ts'
import { describeError } from '../sources/creel/describe-error.ts'

/** The line by which Creel knows its own request again. */
const HEADER = 'Creel-Canary'
const ANSWER_MS = 15_000
/** From the answer, which comes after the relay's commit, to its arrival here. */
const ARRIVAL_MS = 10_000

export type CanaryProof = { readonly status: number; readonly roundTripMs: number }

/** Requests that Creel sends to a public address of its own, to see them come out here. */
export type Canaries = {
  /** @throws AppFailure `relay-unavailable` with the part of the way that does not hold. */
  send(inputUrl: string): Promise<CanaryProof>
  /** Whether a request that came is one of them; whoever waits for it is told. */
  arrived(headers: readonly HeaderLine[]): boolean
}

export function createCanaries(options: {
  readonly network: Network
  readonly monotonic: () => number
  /** How long a request that was answered may take to come out here, ms. */
  readonly arrivalMs?: number
}): Canaries {
  const { arrivalMs = ARRIVAL_MS } = options
  const awaited = new Map<string, () => void>()

  return {
    async send(inputUrl) {
      const nonce = randomUUID()
      const { host } = new URL(inputUrl)
      let hasArrived = false
      const arrival = new Promise<void>((resolve) => {
        awaited.set(nonce, () => {
          hasArrived = true
          resolve()
        })
      })
      const startedAt = options.monotonic()
      try {
        const status = await post(inputUrl, nonce, host, options.network)
        await settleWithin(arrivalMs, [arrival])
        if (!hasArrived) throw new AppFailure(describeLost(status, host))
        return { status, roundTripMs: options.monotonic() - startedAt }
      } finally {
        awaited.delete(nonce)
      }
    },
    arrived(headers) {
      // Nearly always: this is asked about each request that comes.
      if (awaited.size === 0) return false
      const line = headers.find(([name]) => name.toLowerCase() === HEADER.toLowerCase())
      const arrive = line === undefined ? undefined : awaited.get(line[1])
      arrive?.()
      return arrive !== undefined
    },
  }
}

async function post(inputUrl: string, nonce: string, host: string, network: Network): Promise<number> {
  const body = { type: 'creel.canary', message: 'Sent by Creel itself, to prove that this address leads here.' }
  try {
    const answer = await ask(`${inputUrl}/creel-canary`, {
      method: 'POST',
      headers: ['user-agent', 'Creel', 'content-type', 'application/json', HEADER, nonce],
      body: new TextEncoder().encode(JSON.stringify(body)),
      agent: network.agent,
      timeoutMs: ANSWER_MS,
    })
    return answer.status
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error(String(cause))
    throw new AppFailure(
      {
        code: 'relay-unavailable',
        message: describeError(error, host).reason,
        fix: 'See whether the tunnel runs, and whether this is the address that it prints.',
        field: 'url',
      },
      { cause },
    )
  }
}

function describeLost(status: number, host: string) {
  const common = { code: 'relay-unavailable', field: 'url' } as const
  if (status === 407) {
    const fix = 'Put its user and password into the address of the proxy.'
    return { ...common, message: 'A proxy on the way asks for a password.', fix }
  }
  if (status >= 200 && status < 300) {
    return {
      ...common,
      message: `${host} answered ${status}, but the request did not come out here: the address leads somewhere else.`,
      fix: 'Point the tunnel at the port that is shown here.',
    }
  }
  if (status === 502 || status === 503 || status === 504) {
    return {
      ...common,
      message: `${host} answered ${status}: the tunnel is there, but nothing answers behind it.`,
      fix: 'Point the tunnel at the port that is shown here.',
    }
  }
  return {
    ...common,
    message: `${host} answered ${status} instead of passing the request on.`,
    fix: 'See whether the tunnel asks visitors for a password or shows them a page first, and switch that off.',
  }
}
