import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Pool } from 'undici'
import { sayReady, serve } from '../serve.ts'
import { onWholeBody } from '../whole-body.ts'
import type { ServerCalls } from './bare-server.ts'

/**
 * P: node:http that reads the body and forwards it through `undici.dispatch`, at most 8 in flight, storing nothing; the sender is answered what the
 * target answers. Its target is the one argument.
 */
const [, , targetUrl] = process.argv
if (targetUrl === undefined) throw new Error('The URL of a target is needed.')
const pool = new Pool(targetUrl, { connections: 8 })

const server = createServer((request, response) => {
  onWholeBody(request, (body) => forward(request.url ?? '/', request.rawHeaders, body, response))
})

function forward(path: string, headers: string[], body: Buffer, response: ServerResponse): void {
  let status = 0
  pool.dispatch(
    { path, method: 'POST', headers, body },
    {
      onConnect() {},
      onHeaders(told) {
        status = told
        return true
      },
      onData: () => true,
      onComplete() {
        response.statusCode = status
        response.end()
      },
      onError() {
        response.statusCode = 502
        response.end()
      },
    },
  )
}

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  serve<ServerCalls>({ port: () => port })
  sayReady()
})
