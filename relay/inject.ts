import type { AdminServer } from './admin/context.ts'

export type InjectedRequest = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Path and query. */
  readonly path: string
  /** Sent as JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export type InjectedAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>
  /** The value of a JSON answer, the bytes of any other, null where there is none. */
  readonly body: unknown
}

/** Asks the administration's routes without a socket. `bearer` gives it the rights. */
export async function inject(server: AdminServer, bearer: string, wanted: InjectedRequest): Promise<InjectedAnswer> {
  const { method, path, body, headers } = wanted
  const all = { host: 'localhost', ...headers, authorization: `Bearer ${bearer}` }
  const answer = await server.inject(
    body === undefined
      ? { method, url: path, headers: all }
      : { method, url: path, headers: { ...all, 'content-type': 'application/json' }, payload: JSON.stringify(body) },
  )
  return { status: answer.statusCode, headers: answer.headers, body: readBody(answer) }
}

function readBody(answer: { headers: InjectedAnswer['headers']; rawPayload: Buffer }): unknown {
  if (answer.rawPayload.length === 0) return null
  const isJson = /^application\/([a-z.]+\+)?json\b/i.test(String(answer.headers['content-type']))
  // A copy: what the answer holds may be a view of a shared pool, and this crosses a thread.
  return isJson ? JSON.parse(answer.rawPayload.toString('utf8')) : new Uint8Array(answer.rawPayload)
}
