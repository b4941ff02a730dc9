import { createServer, type Server, type ServerResponse } from 'node:http'
import type { MetricsSource } from './metrics.ts'

const READY_MS = 2000

export type OpsOptions = {
  /** Rejects with the reason why nothing can be taken. */
  readonly check: () => Promise<void>
  readonly isStopping: () => boolean
  readonly metrics: MetricsSource
  readonly onError: (error: unknown) => void
}

/** The operators' port: `/live` (the process answers), `/ready` (a write can be committed), `/metrics` (Prometheus). */
export function createOpsServer(options: OpsOptions): Server {
  let render: (() => Promise<{ type: string; text: string }>) | null = null

  async function metrics(res: ServerResponse): Promise<void> {
    if (!render) {
      // Loaded when first asked for: most relays, and every embedded one, never are.
      const { createMetrics } = await import('./metrics.ts')
      render = createMetrics(options.metrics)
    }
    const { type, text } = await render()
    send(res, 200, text, type)
  }

  async function ready(res: ServerResponse): Promise<void> {
    if (options.isStopping()) {
      send(res, 503, 'stopping\n')
      return
    }
    try {
      await within(options.check(), READY_MS)
      send(res, 200, 'ready\n')
    } catch (error) {
      send(res, 503, `not ready: ${error instanceof Error ? error.message : String(error)}\n`)
    }
  }

  async function respond(path: string, res: ServerResponse): Promise<void> {
    if (path === '/live') send(res, 200, 'live\n')
    else if (path === '/ready') await ready(res)
    else if (path === '/metrics') await metrics(res)
    else send(res, 404, 'Here are /live, /ready and /metrics.\n')
  }

  return createServer((req, res) => {
    req.resume()
    respond((req.url ?? '').split('?', 1)[0] ?? '', res).catch((error: unknown) => {
      options.onError(error)
      if (!res.headersSent) send(res, 500, 'Something broke inside the relay; its log says more.\n')
    })
  })
}

function send(res: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8'): void {
  res.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' })
  res.end(text)
}

async function within(promise: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no write was committed within ${ms} ms`)), ms)
  })
  try {
    await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
