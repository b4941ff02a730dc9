import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { codeOf, sendUntilClosed } from '../../helpers/hostile-http.ts'
import { eventually } from '../../helpers/eventually.ts'
import { report } from '../../helpers/ledger.ts'
import type { RawAnswer } from '../../helpers/raw-http.ts'
import { makeDataDir, removeDataDir, runServices, type RunningServices } from '../../helpers/services.ts'

let dataDir: string
let services: RunningServices
let port: number
let path: string

beforeEach(async () => {
  dataDir = await makeDataDir()
  services = await runServices(dataDir)
  const url = await eventually(() => {
    const [status] = services.engine.sourceStatuses()
    expect(status?.connection.state).toBe('connected')
    return new URL(status?.inputs[0]?.url ?? '')
  })
  port = Number(url.port)
  path = url.pathname
})
afterEach(async () => {
  await services.stop()
  await removeDataDir(dataDir)
  expect(services.errors).toEqual([])
})

async function ask(first: string, ...lines: readonly string[]): Promise<RawAnswer> {
  const text = `${[`${first} HTTP/1.1`, ...(lines.some((line) => line.startsWith('Upgrade')) ? ['Connection: Upgrade'] : ['Connection: close']), ...lines].join('\r\n')}\r\n\r\n`
  const [answer] = await sendUntilClosed(port, text)
  if (!answer) throw new Error(`There was no answer to ${first}.`)
  return answer
}

const corsLines = ({ headers }: RawAnswer) => Object.keys(headers).filter((name) => name.startsWith('access-control-'))

function captured() {
  return services.engine.history.requests.list({ view: 'all', sourceId: null, text: '' }, { before: null, limit: 50 })
}

test('under a name that was pointed at this computer, the relay inside the app answers to its inputs alone', async () => {
  const hosts = [
    'evil.example',
    `evil.example:${port}`,
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '0x7f.1',
    '',
  ]
  const firsts = [
    'GET /',
    'GET /v1/status',
    'GET /v1/buckets',
    'POST /v1/buckets',
    'GET /v1/agent',
    'GET /v1/openapi.json',
  ]
  let refused = 0
  for (const host of hosts) {
    for (const first of firsts) {
      const answer = await ask(first, `Host: ${host}`)
      expect(`${host} ${first} ${answer.status} ${codeOf(answer) ?? ''}`).toBe(`${host} ${first} 403 host-not-allowed`)
      expect(corsLines(answer)).toEqual([])
      refused += 1
    }
    expect((await ask(`POST ${path}/rebound`, `Host: ${host}`, 'Content-Length: 0')).status).toBe(200)
  }
  expect((await ask('GET http://evil.example/v1/status', 'Host: 127.0.0.1')).status).toBe(403)
  await eventually(async () => expect(await captured()).toHaveLength(hosts.length))
  report('DNS rebinding against the relay inside the app', { sent: refused + 1, 'refused 403': refused + 1 })
})

test('administration cannot be reached over TCP, whatever is given as a token', async () => {
  const tokens = [
    '',
    'null',
    'undefined',
    'admin',
    'creel',
    '0',
    'a'.repeat(43),
    `crk_${'a'.repeat(12)}:crs_x`,
    randomUUID(),
  ]
  for (const token of tokens) {
    for (const first of ['GET /v1/status', 'GET /v1/buckets', 'DELETE /v1/buckets/x', 'GET /v1/tokens']) {
      const answer = await ask(first, `Host: 127.0.0.1:${port}`, `Authorization: Bearer ${token}`)
      expect(`${first} ${token} ${answer.status}`).toBe(`${first} ${token} 401`)
    }
  }
  report('administration of the relay inside the app over TCP', {
    sent: tokens.length * 4,
    'refused 401': tokens.length * 4,
  })
})

test('a web page may post to an input, is told nothing, and may not open its stream', async () => {
  const origins = ['https://evil.example', 'null', `http://127.0.0.1:${port}`, 'file://', 'creel-app://app', '']
  for (const origin of origins) {
    const lines = [`Host: 127.0.0.1:${port}`, `Origin: ${origin}`]
    const posted = await ask(`POST ${path}/page`, ...lines, 'Content-Type: text/plain', 'Content-Length: 0')
    const asked = await ask(`OPTIONS ${path}/preflight`, ...lines, 'Access-Control-Request-Method: PUT')
    expect([posted.status, asked.status]).toEqual([200, 200])
    expect([...corsLines(posted), ...corsLines(asked), posted.body, asked.body]).toEqual(['', ''])
    const stream = await ask(
      'GET /v1/stream?subscription=x',
      ...lines,
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Protocol: creel.v1',
    )
    expect(`${origin} ${stream.status} ${codeOf(stream) ?? ''}`).toBe(`${origin} 403 origin-not-allowed`)
  }
  await eventually(async () => {
    const methods = (await captured()).map(({ method }) => method).toSorted()
    expect(methods).toEqual([...origins.map(() => 'OPTIONS'), ...origins.map(() => 'POST')])
  })
  report('web pages at the relay inside the app', { posts: origins.length, preflights: origins.length, streams: 0 })
})
