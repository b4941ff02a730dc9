import { z } from 'zod'
import { lost, type LinkFailure } from './link-failure.ts'

/** An HTTP answer that came where a connection was wanted. */
export type StrangeAnswer = {
  readonly status: number
  readonly contentType: string
  readonly retryAfter: string | undefined
  /** The beginning of its body. */
  readonly body: string
}

const MOST_SAID = 500
const said = z.string().transform((text) => text.slice(0, MOST_SAID))
const Problem = z.object({ code: said, detail: said.default('') })

/** What a relay's refusal, or somebody else's answer, means: in plain sentences, with what to do about it. */
export function describeAnswer(answer: StrangeAnswer, host: string): LinkFailure {
  const problem = readProblem(answer)
  if (problem) return describeProblem(problem, answer, host)
  const { status } = answer
  if (status === 407) {
    return lost('A proxy on the way asks for a password, which cannot be given here.')
  }
  if (status === 429 || status >= 500) {
    return lost(`${host} answered ${status}: it is overloaded or not quite up.`, readRetryAfter(answer.retryAfter))
  }
  if (status >= 300 && status < 400) {
    return strange(`${host} sends visitors on to another address (${status}).`, 'Enter the address that it leads to.')
  }
  return strange(
    `${host} answered ${status}, but not as a Creel relay does.`,
    'Check the address: it is the one that the relay itself is reached at, with its path if it has one.',
  )
}

/** Only a problem with a code of ours is a relay's word: proxies answer 401 and 403 too. */
function readProblem(answer: StrangeAnswer): z.infer<typeof Problem> | null {
  if (!/^application\/problem\+json\b/i.test(answer.contentType)) return null
  try {
    return Problem.safeParse(JSON.parse(answer.body)).data ?? null
  } catch {
    // Not JSON, whatever it calls itself: then it is no relay's answer.
    return null
  }
}

function describeProblem(problem: z.infer<typeof Problem>, answer: StrangeAnswer, host: string): LinkFailure {
  switch (problem.code) {
    case 'no-token':
      return refused(
        'unknown-key',
        `No token reached ${host}: something on the way takes the Authorization header away.`,
        'Let the proxy in front of the relay pass the Authorization header on.',
      )
    case 'unknown-key':
      return refused('unknown-key', `${host} does not know this token.`, 'Enter a token that this relay has made.')
    case 'wrong-secret':
      return refused(
        'wrong-secret',
        `The secret of the token is wrong, says ${host}.`,
        'Enter the secret again, or make a new token at the relay.',
      )
    case 'revoked':
      return refused('revoked', problem.detail || `The token was revoked at ${host}.`, NEW_TOKEN)
    case 'bucket-not-allowed':
      return refused(
        'bucket-not-allowed',
        problem.detail || `The token may not read one of the buckets at ${host}.`,
        'Choose buckets that the token was made for, or enter another token.',
      )
    case 'host-not-allowed':
      return {
        kind: 'strange',
        isClear: true,
        reason: `The relay does not go by the name ${host}: ${problem.detail}`,
        fix: 'Enter the address that the relay was set up with, or set CREEL_PUBLIC_URL there.',
      }
    default: {
      const reason = `${host} says: ${problem.detail || problem.code}`
      if (answer.status === 429 || answer.status >= 500) return lost(reason, readRetryAfter(answer.retryAfter))
      return strange(reason, 'Check the address, and whether relay and app are of about the same version.')
    }
  }
}

export const NEW_TOKEN = "Ask the relay's owner for a new token and enter it here."

function refused(code: Extract<LinkFailure, { kind: 'refused' }>['code'], reason: string, fix: string): LinkFailure {
  return { kind: 'refused', code, reason, fix }
}

function strange(reason: string, fix: string): LinkFailure {
  return { kind: 'strange', isClear: false, reason, fix }
}

/** Seconds only; a date is as good as nothing here. */
function readRetryAfter(value: string | undefined): number | null {
  return value !== undefined && /^\d{1,6}$/.test(value) ? Math.min(Number(value), 300) * 1000 : null
}
