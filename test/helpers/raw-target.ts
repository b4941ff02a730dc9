import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** A request as it stood on the wire. */
export type RawRequest = { readonly head: string; readonly body: Buffer; readonly connection: number }

export type RawTargetOptions = {
  readonly host?: string
  readonly port?: number
  /** The whole answer, or null to say nothing. */
  readonly answer?: (request: RawRequest, socket: Socket) => string | Buffer | null | Promise<string | Buffer | null>
}

export type RawTarget = {
  readonly port: number
  readonly url: string
  readonly requests: readonly RawRequest[]
  connections(): number
  /** Most requests that were open at the same time. */
  mostAtOnce(): number
  close(): Promise<void>
}

export const OK_ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

/** A target on a bare socket, which sees each byte that is sent. */
export async function startRawTarget(options: RawTargetOptions = {}): Promise<RawTarget> {
  const host = options.host ?? '127.0.0.1'
  const requests: RawRequest[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  let open = 0
  let mostAtOnce = 0

  const server: Server = createServer((socket) => {
    connections += 1
    const connection = connections
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    let chunks: Buffer[] = []
    let bytes = 0
    let needed = 0
    socket.on('data', (chunk) => {
      chunks.push(chunk)
      bytes += chunk.length
      while (bytes > 0 && bytes >= needed) {
        const pending = Buffer.concat(chunks)
        const read = readRequest(pending, connection)
        if ('request' in read) void handle(read.request, socket)
        const rest = 'request' in read ? pending.subarray(read.bytes) : pending
        chunks = [rest]
        bytes = rest.length
        needed = 'needed' in read ? read.needed : 0
        if ('needed' in read) break
      }
    })
  })

  async function handle(request: RawRequest, socket: Socket): Promise<void> {
    requests.push(request)
    open += 1
    mostAtOnce = Math.max(mostAtOnce, open)
    const answer = options.answer ? await options.answer(request, socket) : OK_ANSWER
    open -= 1
    if (answer !== null && !socket.destroyed) socket.write(answer, 'latin1')
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, host, resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    requests,
    connections: () => connections,
    mostAtOnce: () => mostAtOnce,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function readRequest(bytes: Buffer, connection: number): { request: RawRequest; bytes: number } | { needed: number } {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd === -1) return { needed: bytes.length + 1 }
  const head = bytes.toString('latin1', 0, headEnd + 4)
  const length = Number(/\r\ncontent-length: (\d+)\r\n/i.exec(head)?.[1] ?? 0)
  const end = headEnd + 4 + length
  if (bytes.length < end) return { needed: end }
  return { request: { head, body: Buffer.from(bytes.subarray(headEnd + 4, end)), connection }, bytes: end }
}

/** A port on which nobody listens, as far as can be told beforehand. */
export async function findFreePort(): Promise<number> {
  const target = await startRawTarget()
  await target.close()
  return target.port
}
