import { AgentView, StatusView } from './schemas.ts'
import { authenticateAgent } from '../auth.ts'
import { type AdminContext, type AdminServer, PROBLEMS } from './context.ts'
import { sendProblem } from './problems.ts'

/** What the administrator asks of the relay as a whole. */
export function addStatusRoutes(server: AdminServer, context: AdminContext): void {
  server.get(
    '/v1/status',
    { schema: { summary: 'How the relay is', response: { 200: StatusView, ...PROBLEMS } } },
    async () => context.status(),
  )
  server.get('/v1/openapi.json', { schema: { summary: 'This description' } }, async (_request, reply) =>
    reply.type('application/json').send(JSON.stringify(await context.openApi())),
  )
  server.get('/v1/buckets/:bucket/dead-letters', { schema: { summary: 'Not there yet' } }, async (_request, reply) =>
    sendProblem(reply, notYet('Dead letters are not kept by this version of the relay.')),
  )
}

/** What agents ask with their own token. */
export function addAgentRoutes(server: AdminServer, { store, relay }: AdminContext): void {
  server.get(
    '/v1/agent',
    {
      schema: {
        summary: 'For agents: what their token may read. Refused, the answer still names the relay',
        response: { 200: AgentView, ...PROBLEMS },
      },
    },
    async (request, reply) => {
      const access = authenticateAgent(request.headers, [], store)
      if (access.ok) return { relay, buckets: access.buckets.map(({ id, name }) => ({ id, name })) }
      const { status, code, message } = access
      reply.header('www-authenticate', 'Bearer realm="creel"')
      return sendProblem(reply, { status, code, detail: message }, { relay })
    },
  )
  server.get('/v1/stream', { schema: { summary: 'For agents: a WebSocket, creel.v1' } }, async (request, reply) => {
    if (request.headers.accept?.includes('text/event-stream')) return sendProblem(reply, notYet(ONLY_WEBSOCKET))
    reply.header('upgrade', 'websocket')
    return sendProblem(reply, { status: 426, code: 'upgrade-required', detail: 'This is a WebSocket: creel.v1.' })
  })
  server.get('/v1/poll', { schema: { summary: 'Not there yet' } }, async (_request, reply) =>
    sendProblem(reply, notYet(ONLY_WEBSOCKET)),
  )
  server.post('/v1/ack', { schema: { summary: 'Not there yet' } }, async (_request, reply) =>
    sendProblem(reply, notYet(ONLY_WEBSOCKET)),
  )
}

const ONLY_WEBSOCKET =
  'This version of the relay hands out by WebSocket alone: GET /v1/stream with the subprotocol creel.v1.'

function notYet(detail: string) {
  return { status: 501, code: 'not-implemented', detail }
}
