import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect as connectTcp, type AddressInfo, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'

/** Its certificate is of an authority that only the company knows: `test/fixtures/tls/company-ca.pem`. */
export const COMPANY_HOST = 'relay.test'

const fixture = (name: string): URL => new URL(`../fixtures/tls/${name}`, import.meta.url)
export const companyAuthorities: URL = fixture('company-ca.pem')

export type Listening = { readonly port: number; close(): Promise<void> }

/** A door with TLS for `relay.test` in front of a port without. */
export async function startTlsDoor(toPort: number): Promise<Listening> {
  const server = createTlsServer(
    { key: readFileSync(fixture('relay-key.pem')), cert: readFileSync(fixture('relay-cert.pem')) },
    (near) => join(near, connectTcp(toPort, '127.0.0.1')),
  )
  // Whoever does not trust it breaks off.
  server.on('tlsClientError', () => undefined)
  return listen(server)
}

export type CompanyProxy = {
  readonly url: string
  /** Host and port of each tunnel that was asked for. */
  readonly asked: string[]
  close(): Promise<void>
}

/** A proxy that speaks CONNECT and finds every host on this computer. With a password it asks for one. */
export async function startCompanyProxy(password: string | null = null): Promise<CompanyProxy> {
  const asked: string[] = []
  const server = createServer((_request, response) => response.writeHead(405).end())
  server.on('connect', (request, near: Socket) => {
    asked.push(request.url ?? '')
    const expected = password === null ? undefined : `Basic ${Buffer.from(password).toString('base64')}`
    if (request.headers['proxy-authorization'] !== expected) {
      near.end('HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\ncontent-length: 0\r\n\r\n')
      return
    }
    const far = connectTcp(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
      near.write('HTTP/1.1 200 Connection established\r\n\r\n')
      join(near, far)
    })
    far.once('error', () => near.destroy())
  })
  const { port, close } = await listen(server)
  return { url: `http://${password === null ? '' : `${password}@`}127.0.0.1:${port}`, asked, close }
}

function join(near: Socket, far: Socket): void {
  near.pipe(far)
  far.pipe(near)
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    one.on('error', () => other.destroy())
    one.on('close', () => other.destroy())
  }
}

async function listen(
  server: ReturnType<typeof createTlsServer> | ReturnType<typeof createServer>,
): Promise<Listening> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
