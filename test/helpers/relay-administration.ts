import { z } from 'zod'
import { Token } from '../../protocol/source.ts'

/** The administrator of a relay in another process, over HTTP. */
export type RelayAdministration = {
  /** Insists on success. */
  ask(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown>
  /** Gives its id. */
  newBucket(name: string, settings?: object): Promise<string>
  /** Gives its id. */
  newInput(bucket: string, settings?: object): Promise<string>
  newToken(buckets: readonly string[]): Promise<Token>
}

/** `CREEL_ADMIN_TOKEN` of relays under test. */
export const ADMIN = 'an-admin-token-for-tests'

const Made = z.looseObject({ id: z.string() })

export function administer(url: string): RelayAdministration {
  const ask: RelayAdministration['ask'] = async (method, path, body) => {
    const headers = { authorization: `Bearer ${ADMIN}`, 'content-type': 'application/json' }
    const content = body === undefined ? {} : { body: JSON.stringify(body) }
    const answer = await fetch(url + path, { method, headers, ...content })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }
  const make = async (path: string, body: object): Promise<string> => Made.parse(await ask('POST', path, body)).id
  return {
    ask,
    newBucket: (name, settings = {}) => make('/v1/buckets', { name, settings }),
    newInput: (bucket, settings = {}) => make(`/v1/buckets/${bucket}/inputs`, { name: 'hooks', settings }),
    newToken: async (buckets) => Token.parse(await ask('POST', '/v1/tokens', { name: 'agent', buckets })),
  }
}
