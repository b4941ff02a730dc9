import { z } from 'zod'
import { ask, type AskedAnswer } from '../../network/ask.ts'
import { straightNetwork, type Network } from '../../network/network.ts'
import type { RelayCheck } from '../relay-client.ts'
import { describeAnswer, type StrangeAnswer } from './describe-answer.ts'
import { describeError } from './describe-error.ts'
import type { LinkFailure } from './link-failure.ts'
import { asError } from './link.ts'
import { basicAuthorization, readRelayAddress } from './relay-address.ts'

const AgentAnswer = z.object({
  relay: z.object({ name: z.string(), version: z.string() }),
  buckets: z.array(z.object({ id: z.string(), name: z.string() })),
})

const TIMEOUT_MS = 10_000
const CHECK_ADDRESS = 'Check the address: it is the one that the relay itself is reached at.'

/** Asks a relay what a token may read (`GET /v1/agent`). Never throws: what goes wrong comes back as a sentence and what to do. */
export async function checkRelay(wanted: {
  readonly relayUrl: string
  readonly token: { readonly key: string; readonly secret: string }
  readonly network?: Network
  readonly monotonic?: () => number
  readonly timeoutMs?: number
}): Promise<RelayCheck> {
  const address = readRelayAddress(wanted.relayUrl)
  if (!address) {
    const fix = 'Enter an address like https://relay.example.com.'
    return { ok: false, code: 'bad-address', message: 'This is not the address of a relay.', fix }
  }
  const monotonic = wanted.monotonic ?? (() => performance.now())
  const startedAt = monotonic()
  let answer: AskedAnswer
  try {
    answer = await ask(address.agentUrl, {
      headers: ['authorization', basicAuthorization(wanted.token), 'accept', 'application/json'],
      agent: (wanted.network ?? straightNetwork).agent,
      timeoutMs: wanted.timeoutMs ?? TIMEOUT_MS,
    })
  } catch (error) {
    return toCheck(describeError(asError(error), address.host))
  }
  if (answer.status !== 200) return toCheck(describeAnswer(toStrange(answer), address.host))
  const read = readAgentAnswer(answer.body)
  if (read) return { ok: true, ...read, roundTripMs: monotonic() - startedAt }
  const message = `${address.host} answers, but it is not a Creel relay.`
  return { ok: false, code: 'not-a-relay', message, fix: CHECK_ADDRESS }
}

function toStrange(answer: AskedAnswer): StrangeAnswer {
  const retryAfter = answer.header('retry-after')
  return {
    status: answer.status,
    contentType: answer.header('content-type'),
    retryAfter: retryAfter === '' ? undefined : retryAfter,
    body: answer.body,
  }
}

function readAgentAnswer(body: string): z.infer<typeof AgentAnswer> | null {
  try {
    return AgentAnswer.safeParse(JSON.parse(body)).data ?? null
  } catch {
    // Not JSON: then it is some other server.
    return null
  }
}

function toCheck(failure: LinkFailure): RelayCheck {
  switch (failure.kind) {
    case 'refused':
      return { ok: false, code: failure.code, message: failure.reason, fix: failure.fix }
    case 'strange':
      return { ok: false, code: 'not-a-relay', message: failure.reason, fix: failure.fix }
    case 'lost':
      return {
        ok: false,
        code: 'unreachable',
        message: failure.reason,
        fix: 'Check the address, and whether the relay is running and reachable from here.',
      }
  }
}
