import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { PROBLEM_JSON, problemOf, type Refusal } from '../problem.ts'

/** Thrown by a route to refuse; the error handler makes the answer. */
export class AdminProblem extends Error {
  readonly refusal: Refusal
  readonly field: string | undefined

  constructor(refusal: Refusal, field?: string) {
    super(refusal.detail)
    this.name = 'AdminProblem'
    this.refusal = refusal
    this.field = field
  }
}

export function notFound(what: string): AdminProblem {
  return new AdminProblem({ status: 404, code: 'not-found', detail: `There is no such ${what} here.` })
}

export function sendProblem(reply: FastifyReply, refusal: Refusal, extra?: Record<string, unknown>): FastifyReply {
  return reply
    .code(refusal.status)
    .header('content-type', PROBLEM_JSON)
    .serializer((payload) => JSON.stringify(payload))
    .send(problemOf(refusal, extra))
}

/** What fastify refuses by itself, in our words. */
const FASTIFY_REFUSALS: Readonly<Record<number, Omit<Refusal, 'status'>>> = {
  413: { code: 'body-too-large', detail: 'The body is over the limit of 256 KiB for administration.' },
  415: { code: 'not-json', detail: 'The body has to be JSON: send it with "Content-Type: application/json".' },
}

/** Turns whatever a route or fastify threw into an answer; `onBug` logs what nobody expected and names the log line. */
export function createErrorHandler(
  onBug: (error: unknown) => string,
): (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => FastifyReply {
  return (error, _request, reply) => {
    if (error instanceof AdminProblem)
      return sendProblem(reply, error.refusal, error.field ? { field: error.field } : {})
    if (hasZodFastifySchemaValidationErrors(error)) {
      const found = error.validation.map((issue) => readIssue(issue))
      const first = found[0] ?? { field: '', message: 'is not what this takes' }
      const detail = `${first.field === '' ? `The ${error.validationContext ?? 'body'}` : first.field}: ${first.message}`
      return sendProblem(reply, { status: 400, code: 'bad-input', detail }, { field: first.field, errors: found })
    }
    const status = error.statusCode ?? 500
    const known = FASTIFY_REFUSALS[status]
    if (known) return sendProblem(reply, { status, ...known })
    if (status < 500) {
      return sendProblem(reply, { status, code: error.code.toLowerCase(), detail: error.message })
    }
    const logId = onBug(error)
    const detail = `Something broke inside the relay. Its log has more under ${logId}.`
    return sendProblem(reply, { status: 500, code: 'internal', detail }, { logId })
  }
}

type Issue = { readonly field: string; readonly message: string }

function readIssue(issue: {
  readonly instancePath: string
  readonly message?: string | undefined
  readonly params: unknown
}): Issue {
  const path = issue.instancePath.slice(1).replaceAll('/', '.')
  const message = issue.message ?? 'is not what this takes'
  // zod names unknown fields in `keys`, and their parent in the path.
  const keys = typeof issue.params === 'object' && issue.params && 'keys' in issue.params ? issue.params.keys : null
  const key: unknown = Array.isArray(keys) ? keys[0] : null
  if (typeof key !== 'string') return { field: path, message }
  return { field: path === '' ? key : `${path}.${key}`, message: 'there is no such field' }
}
