import type { IncomingMessage, ServerResponse } from 'node:http'
import { refuse } from '../ingest/refuse.ts'
import type { AdminContext, AdminServer } from './context.ts'

/** The administration as the rest of the relay knows it. */
export type Administration = {
  /** Loads it when nobody did before. Rejects when that fails; the next call tries again. */
  server(): Promise<AdminServer>
  /** Answers a request that came over HTTP. */
  handle(req: IncomingMessage, res: ServerResponse): void
  close(): Promise<void>
}

/**
 * The routes of agents and administrators, loaded when first asked for: with fastify they are most of a relay's code and a quarter of what it
 * holds in memory, and many a relay is asked for days for nothing but its inputs and its stream.
 */
export function createAdministration(context: AdminContext, rewriteTarget: (target: string) => string): Administration {
  let loading: Promise<AdminServer> | null = null
  let loaded: AdminServer | null = null

  async function load(): Promise<AdminServer> {
    try {
      const { buildAdmin } = await import('./admin.ts')
      const server = buildAdmin(context, rewriteTarget)
      await server.ready()
      loaded = server
      return server
    } catch (error) {
      loading = null
      throw error
    }
  }

  function server(): Promise<AdminServer> {
    loading ??= load()
    return loading
  }

  return {
    server,
    handle(req, res) {
      if (loaded) {
        loaded.routing(req, res)
        return
      }
      server()
        .then((ready) => ready.routing(req, res))
        .catch((error: unknown) => {
          const logId = context.onError(error)
          const detail = `Something broke inside the relay; its log says more under ${logId}.`
          refuse(req, res, { status: 500, code: 'internal', detail })
        })
    },
    async close() {
      if (loading) await (await loading).close()
    },
  }
}
