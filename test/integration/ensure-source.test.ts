import { beforeEach, expect, test } from 'vitest'
import { ensureEmbeddedSource } from '../../core/embedded-relay/ensure-source.ts'
import type { AskRelay } from '../../core/embedded-relay/relay-thread.ts'
import type { NewSource, SourceChange } from '../../core/engine/source-set.ts'
import { SourceId } from '../../protocol/ids.ts'
import type { Source } from '../../protocol/source.ts'
import { startTestRelay, type TestRelay } from '../helpers/running-relay.ts'

const id = SourceId.parse(1)
let relay: TestRelay
let ask: AskRelay
let source: Source | null
let secret: string | null
let changes: SourceChange[]
let retried: (SourceId | null)[]

beforeEach(async () => {
  relay = await startTestRelay()
  ask = async (method, path, body) => relay.relay.inject({ method, path, body })
  source = null
  secret = null
  changes = []
  retried = []
})

/** As the app does it each time its relay listens, and, without trust, when that has refused it. */
function ensure(url = 'http://127.0.0.1:4480', isTrusted = false): Promise<Source> {
  return ensureEmbeddedSource({
    ask,
    url,
    isTrusted,
    secrets: { get: async () => secret, set: async () => undefined, delete: async () => undefined },
    sources: {
      all: () => (source ? [source] : []),
      async add({ token, ...wanted }: NewSource) {
        if (token === null) throw new Error("A relay's source has a token.")
        secret = token.secret
        source = { ...wanted, id, tokenKey: token.key, held: false, disconnected: false, createdAt: 0 }
        return source
      },
      async update(_id, change) {
        changes.push(change)
        const { token, ...rest } = change
        if (!source) throw new Error('There is no source.')
        if (token) secret = token.secret
        source = { ...source, ...rest, ...(token ? { tokenKey: token.key } : {}) }
        return source
      },
      retryNow: (which) => void retried.push(which),
    },
  })
}

test('the first run makes a bucket, an input, a token and a source; a later one changes nothing and connects at once', async () => {
  const made = await ensure()
  expect(made).toMatchObject({ kind: 'embedded', name: 'This computer' })
  expect(await ensure()).toBe(made)
  expect(changes).toEqual([])
  expect(retried).toEqual([id])
  expect(await relay.ask('GET', '/v1/buckets')).toMatchObject({ buckets: [{ name: 'This computer' }] })
})

test('another port changes the address and keeps the token', async () => {
  const { tokenKey } = await ensure()
  await ensure('http://127.0.0.1:4481')
  expect(changes).toEqual([{ relayUrl: 'http://127.0.0.1:4481' }])
  expect(source?.tokenKey).toBe(tokenKey)
})

test('a token that was revoked, or whose secret is gone, is replaced', async () => {
  const first = await ensure()
  await relay.ask('DELETE', `/v1/tokens/${first.tokenKey}`)
  const second = await ensure()
  expect(second.tokenKey).not.toBe(first.tokenKey)
  secret = null
  const third = await ensure()
  expect(third.tokenKey).not.toBe(second.tokenKey)
  expect(secret).toMatch(/^crs_/)
})

test('a token that is trusted is not asked for, as the relay would load its administration for that', async () => {
  const made = await ensure()
  ask = () => Promise.reject(new Error('The relay was asked.'))
  expect(await ensure(undefined, true)).toBe(made)
  expect(await ensure('http://127.0.0.1:4481', true)).toMatchObject({
    relayUrl: 'http://127.0.0.1:4481',
    tokenKey: made.tokenKey,
  })
  secret = null
  await expect(ensure(undefined, true)).rejects.toThrow('The relay was asked.')
})
