import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type SmeeServer = {
  readonly url: string
  /** How many listen to channels now. */
  listeners(): number
  /** Every listener's connection ends. */
  cut(): void
  /** What a listener is answered from now on; null = as usual. */
  answerWith(status: number | null): void
  /** Sends something to all listeners as it is. */
  write(text: string): void
  close(): Promise<void>
  /** Says nothing when somebody begins to listen. */
  staySilent(): void
}

/** A server of the same wire protocol as smee.io's (its public behaviour): it parses each body and sends it on as JSON, and keeps nothing. */
export async function startSmeeServer(): Promise<SmeeServer> {
  const listening = new Map<ServerResponse, { channel: string; nextId: number }>()
  let forcedStatus: number | null = null
  let isSilent = false

  function send(to: ServerResponse, name: string | null, data: unknown): void {
    const listener = listening.get(to)
    if (!listener) return
    const event = name === null ? '' : `event: ${name}\n`
    to.write(`id: ${listener.nextId}\n${event}data: ${JSON.stringify(data)}\n\n`)
    listener.nextId += 1
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://smee.test')
    const channel = url.pathname.slice(1)
    if (request.method === 'GET' && channel === 'new') {
      const { host } = request.headers
      response.writeHead(307, { location: `http://${host}/abcDEF123_-new` }).end()
      return
    }
    if (request.method === 'GET') {
      if (forcedStatus !== null) return void response.writeHead(forcedStatus).end()
      if (request.headers.accept !== 'text/event-stream') {
        response.writeHead(200, { 'content-type': 'text/html' }).end('<p>a page</p>')
        return
      }
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
      response.flushHeaders()
      listening.set(response, { channel, nextId: 0 })
      response.on('close', () => listening.delete(response))
      if (!isSilent) send(response, 'ready', {})
      return
    }
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const query: Record<string, string | string[]> = {}
      for (const name of new Set(url.searchParams.keys())) {
        const values = url.searchParams.getAll(name)
        query[name] = values.length > 1 ? values : (values[0] ?? '')
      }
      const body: unknown = JSON.parse(Buffer.concat(parts).toString('utf8'))
      const event = { ...request.headers, body, query, timestamp: Date.now() }
      for (const [to, listener] of listening) if (listener.channel === channel) send(to, null, event)
      response.writeHead(200).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    listeners: () => listening.size,
    cut() {
      for (const to of listening.keys()) to.destroy()
    },
    answerWith(status) {
      forcedStatus = status
    },
    write(text) {
      for (const to of listening.keys()) to.write(text)
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
    staySilent() {
      isSilent = true
    },
  }
}
