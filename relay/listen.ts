import type { Server } from 'node:http'
import { PortTaken } from './port-taken.ts'

/**
 * Binds a server and tells the port it got. What goes wrong with it later (no more file descriptors for connections) goes to
 * `onError`: unheard it would end the process.
 * @throws PortTaken when another program listens there, else the system's error.
 */
export function listen(server: Server, host: string, port: number, onError: (error: unknown) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    const onFirst = (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new PortTaken(host, port, { cause: error }) : error)
    }
    server.once('error', onFirst)
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', onFirst)
      server.on('error', onError)
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}

/** `http://host:port` for a bound address; the wildcard ones are named by the loopback. */
export function httpUrl(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `http://${name}:${port}`
}
