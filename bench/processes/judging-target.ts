import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { verifyRequest } from '../../signatures/verify.ts'
import { sayReady, serve } from '../serve.ts'
import { readNumber, type Line } from '../webhook.ts'

export type Judged = { readonly number: number; readonly sha256: string; readonly hasGoodSignature: boolean }

export type JudgingCalls = {
  readonly port: { input: null; output: number }
  readonly judged: { input: null; output: readonly Judged[] }
}

/** A target that does what a receiver of GitHub's webhooks does: it verifies the signature over the bytes that came. The secret is its argument. */
const secret = process.argv[2] ?? ''
const judged: Judged[] = []

const server = createServer((request, response) => {
  const pieces: Buffer[] = []
  request.on('data', (piece: Buffer) => pieces.push(piece))
  request.on('end', () => {
    judged.push(judge(request, Buffer.concat(pieces)))
    response.end()
  })
})

function judge(request: IncomingMessage, body: Buffer): Judged {
  const { rawHeaders } = request
  const headers = rawHeaders.flatMap((name, at): Line[] => (at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? '']] : []))
  const verdict = verifyRequest({ scheme: 'github', headers, body, secrets: [secret], receivedAt: Date.now() })
  const sha256 = createHash('sha256').update(body).digest('hex')
  return { number: readNumber(request.url ?? ''), sha256, hasGoodSignature: verdict.ok }
}

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  serve<JudgingCalls>({ port: () => port, judged: () => judged })
  sayReady()
})
