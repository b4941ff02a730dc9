import swagger from '@fastify/swagger'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import { buildAdmin } from './admin.ts'
import type { AdminContext } from './context.ts'

/**
 * Describes the administration as OpenAPI 3.1. Routes have to be added behind the plugin that watches them, so this builds a second
 * server that never answers anything.
 */
export async function describeApi(context: AdminContext, url: string): Promise<unknown> {
  const server = buildAdmin(
    context,
    (target) => target,
    (fresh) => {
      fresh.register(swagger, {
        openapi: {
          openapi: '3.1.0',
          info: { title: 'Creel relay', version: context.relay.version },
          servers: [{ url }],
          components: { securitySchemes: { admin: { type: 'http', scheme: 'bearer' } } },
          security: [{ admin: [] }],
        },
        transform: jsonSchemaTransform,
      })
    },
  )
  await server.ready()
  try {
    return server.swagger()
  } finally {
    await server.close()
  }
}
