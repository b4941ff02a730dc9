import { request as requestHttp, type Agent, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { MIB } from '../../protocol/limits.ts'

export type Asked = {
  readonly method?: 'GET' | 'POST'
  /** Name and value in turn, as they go on the wire. */
  readonly headers?: readonly string[]
  readonly body?: Uint8Array
  readonly agent: Agent
  readonly timeoutMs: number
}

export type AskedAnswer = {
  readonly status: number
  /** First value of a header, empty when there is none. */
  header(name: string): string
  /** UTF-8, at most 1 MiB of it. */
  readonly body: string
}

const MAX_ANSWER_BYTES = MIB

/**
 * One request on a connection of its own, closed afterwards: a kept one would prove an old token, proxy or certificate next time. Redirects are not
 * followed. Rejects with the system's error; `ETIMEDOUT` when no whole answer came in time.
 */
export function ask(url: string, asked: Asked): Promise<AskedAnswer> {
  return new Promise((resolve, reject) => {
    const request = url.startsWith('https:') ? requestHttps : requestHttp
    const { host } = new URL(url)
    const length = asked.body === undefined ? [] : ['content-length', String(asked.body.length)]
    const options = {
      method: asked.method ?? 'GET',
      agent: asked.agent,
      headers: ['host', host, 'connection', 'close', ...(asked.headers ?? []), ...length],
    }
    const sent = request(url, options, (response) => {
      readText(response).then((body) => {
        const header = (name: string): string => {
          const value = response.headers[name]
          return (Array.isArray(value) ? value[0] : value) ?? ''
        }
        resolve({ status: response.statusCode ?? 0, header, body })
        response.destroy()
      }, reject)
    })
    const timer = setTimeout(
      () => sent.destroy(Object.assign(new Error('No answer came.'), { code: 'ETIMEDOUT' })),
      asked.timeoutMs,
    )
    sent.on('error', reject)
    sent.on('close', () => clearTimeout(timer))
    sent.end(asked.body)
  })
}

async function readText(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of response) {
    if (!Buffer.isBuffer(part)) continue
    parts.push(part)
    bytes += part.length
    if (bytes > MAX_ANSWER_BYTES) break
  }
  return Buffer.concat(parts).toString('utf8')
}
