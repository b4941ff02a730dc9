import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Received = {
  readonly method: string
  readonly url: string
  /** Name, value, name, value ... as on the wire. */
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
}

/** A program of the developer's that listens on a local port and remembers what came. */
export type LocalTarget = {
  readonly port: number
  readonly url: string
  readonly received: readonly Received[]
  close(): Promise<void>
}

export async function startLocalTarget(
  options: {
    readonly host?: string
    readonly port?: number
    readonly answer?: (request: Received, response: ServerResponse) => void
  } = {},
): Promise<LocalTarget> {
  const received: Received[] = []
  const answer = options.answer ?? ((_request: Received, response: ServerResponse) => response.end('{"ok":true}'))
  const server: Server = createServer((request, response) => {
    collect(request)
      .then((body) => {
        const one = { method: request.method ?? '', url: request.url ?? '', rawHeaders: request.rawHeaders, body }
        received.push(one)
        answer(one, response)
      })
      .catch(() => response.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `http://localhost:${port}`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function collect(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece as Buffer)
  return Buffer.concat(pieces)
}
