import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sayReady, serve } from '../serve.ts'

export type ServerCalls = {
  readonly port: { input: null; output: number }
}

/** H: node:http that reads the body and answers 200. */
const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => response.end())
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  serve<ServerCalls>({ port: () => port })
  sayReady()
})
