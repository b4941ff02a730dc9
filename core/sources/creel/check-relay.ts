import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { z } from 'zod'
import { MIB } from '../../../protocol/limits.ts'
import type { RelayCheck } from '../relay-client.ts'
import { describeAnswer } from './describe-answer.ts'
import { describeError } from './describe-error.ts'
import type { LinkFailure } from './link-failure.ts'
import { asError } from './link.ts'
import { basicAuthorization, readRelayAddress } from './relay-address.ts'

const AgentAnswer = z.object({
  relay: z.object({ name: z.string(), version: z.string() }),
  buckets: z.array(z.object({ id: z.string(), name: z.string() })),
})

const TIMEOUT_MS = 10_000
const MAX_ANSWER_BYTES = MIB
const CHECK_ADDRESS = 'Check the address: it is the one that the relay itself is reached at.'

/** Asks a relay what a token may read (`GET /v1/agent`). Never throws: what goes wrong comes back as a sentence and what to do. */
export async function checkRelay(wanted: {
  readonly relayUrl: string
  readonly token: { readonly key: string; readonly secret: string }
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
  let answer: Answer
  try {
    answer = await get(address.agentUrl, basicAuthorization(wanted.token), wanted.timeoutMs ?? TIMEOUT_MS)
  } catch (error) {
    return toCheck(describeError(asError(error), address.host))
  }
  if (answer.status !== 200) return toCheck(describeAnswer(answer, address.host))
  const read = readAgentAnswer(answer.body)
  if (read) return { ok: true, ...read, roundTripMs: monotonic() - startedAt }
  const message = `${address.host} answers, but it is not a Creel relay.`
  return { ok: false, code: 'not-a-relay', message, fix: CHECK_ADDRESS }
}

type Answer = {
  readonly status: number
  readonly contentType: string
  readonly retryAfter: string | undefined
  readonly body: string
}

/** Its own connection, closed afterwards: a kept one would prove the wrong token next time. */
function get(url: string, authorization: string, timeoutMs: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = url.startsWith('https:') ? requestHttps : requestHttp
    const asked = request(url, { agent: false, headers: { authorization, accept: 'application/json' } }, (response) => {
      readText(response).then(
        (body) =>
          resolve({
            status: response.statusCode ?? 0,
            contentType: response.headers['content-type'] ?? '',
            retryAfter: response.headers['retry-after'],
            body,
          }),
        reject,
      )
    })
    const timer = setTimeout(
      () => asked.destroy(Object.assign(new Error('No answer came.'), { code: 'ETIMEDOUT' })),
      timeoutMs,
    )
    asked.on('error', reject)
    asked.on('close', () => clearTimeout(timer))
    asked.end()
  })
}

async function readText(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of response) {
    if (!Buffer.isBuffer(part)) continue
    parts.push(part)
    bytes += part.length
    if (bytes > MAX_ANSWER_BYTES) break
  }
  return Buffer.concat(parts).toString('utf8')
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
