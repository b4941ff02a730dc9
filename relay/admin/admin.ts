import Fastify from 'fastify'
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import { describeRefusedHost } from '../hosts.ts'
import { addBucketRoutes } from './bucket-routes.ts'
import type { AdminContext, AdminServer } from './context.ts'
import { addInputRoutes } from './input-routes.ts'
import { addAgentRoutes, addStatusRoutes } from './other-routes.ts'
import { createErrorHandler, sendProblem } from './problems.ts'
import { addRequestRoutes } from './request-routes.ts'
import { addTokenRoutes } from './token-routes.ts'

const BODY_LIMIT = 256 * 1024
const CHANGES = new Set(['POST', 'PATCH', 'DELETE', 'PUT'])

/**
 * Builds fastify with the routes of agents and administrators. It never listens: the relay's own server hands requests over.
 * `prepare` may register what has to see every route.
 */
export function buildAdmin(
  context: AdminContext,
  rewriteTarget: (target: string) => string,
  prepare?: (server: AdminServer) => void,
): AdminServer {
  const server = Fastify({
    logger: false,
    bodyLimit: BODY_LIMIT,
    return503OnClosing: false,
    rewriteUrl: (req) => rewriteTarget(req.url ?? '/'),
  }).withTypeProvider<ZodTypeProvider>()
  server.setValidatorCompiler(validatorCompiler)
  server.setSerializerCompiler(serializerCompiler)
  server.setErrorHandler(createErrorHandler((error) => context.onError(error)))
  server.setNotFoundHandler(async (_request, reply) =>
    sendProblem(reply, { status: 404, code: 'not-found', detail: 'There is nothing at this address.' }),
  )
  takeJson(server)
  addHooks(server, context)
  prepare?.(server)
  server.register(async (scope: AdminServer) => {
    scope.get('/', { schema: { summary: 'Names the relay' } }, async () => ({ relay: context.relay }))
    addAgentRoutes(scope, context)
  })
  server.register(async (scope: AdminServer) => {
    scope.addHook('onRequest', async (request, reply) => {
      if (context.isAdmin(request.headers)) return
      reply.header('www-authenticate', 'Bearer realm="creel"')
      const detail = 'Administration needs "Authorization: Bearer" with the relay\'s admin token.'
      return sendProblem(reply, { status: 401, code: 'not-admin', detail })
    })
    addBucketRoutes(scope, context)
    addInputRoutes(scope, context)
    addTokenRoutes(scope, context)
    addRequestRoutes(scope, context)
    addStatusRoutes(scope, context)
  })
  return server
}

/** An empty body counts as an empty object, so that the first `curl -X POST` works. */
function takeJson(server: AdminServer): void {
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
    if (text === '') {
      done(null, {})
      return
    }
    try {
      done(null, JSON.parse(String(text)))
    } catch {
      const error = Object.assign(new Error('The body is not JSON.'), { statusCode: 400, code: 'bad-json' })
      done(error)
    }
  })
}

function addHooks(server: AdminServer, context: AdminContext): void {
  server.addHook('onRequest', async (request, reply) => {
    if (context.isAllowedHost(request.headers.host)) return
    const detail = describeRefusedHost(request.headers.host)
    return sendProblem(reply, { status: 403, code: 'host-not-allowed', detail })
  })
  // Without a body, or with one of no type, there is nothing to parse, but the schema still wants an object.
  server.addHook('preValidation', async (request) => {
    if (request.body === undefined && CHANGES.has(request.method)) request.body = {}
  })
  server.addHook('onResponse', async (request, reply) => {
    if (!CHANGES.has(request.method)) return
    context.audit({
      method: request.method,
      route: request.routeOptions.url ?? '(none)',
      status: reply.statusCode,
    })
  })
}
