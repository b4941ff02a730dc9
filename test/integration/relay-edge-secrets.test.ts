import Database from 'better-sqlite3'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { relayConfig } from '../../relay/config.ts'
import { startRelay } from '../../relay/server.ts'
import { BOTH, CURRENT, GITHUB, githubLine, post, PREVIOUS, relayThatDemands } from '../helpers/demanding-relay.ts'
import { startTestRelay, temporaryFolder } from '../helpers/running-relay.ts'

describe('secrets', () => {
  const All = z.looseObject({
    settings: z.looseObject({
      authentication: z.looseObject({
        signature: z.looseObject({ secrets: z.array(z.looseObject({ name: z.string() })) }),
      }),
    }),
  })

  it('are shown by their names alone, and kept by a change that does not name them', async () => {
    const { relay, bucket, input, port } = await relayThatDemands()
    const path = `/v1/buckets/${bucket}/inputs/${input.id}`
    const shown = await relay.ask('GET', path)
    expect(All.parse(shown).settings.authentication.signature.secrets).toEqual([
      { name: 'current' },
      { name: 'previous' },
    ])
    const isAccepted = async (secret: string) => (await post(port, input.path, githubLine(secret, 'x'), 'x')).status
    // Another field, the answer as it was shown, one secret less and one more: what is named by its name alone stays.
    await relay.ask('PATCH', path, { settings: { maxBodyBytes: 100 } })
    await relay.ask('PATCH', path, { settings: All.parse(shown).settings })
    expect([await isAccepted(CURRENT), await isAccepted(PREVIOUS)]).toEqual([200, 200])
    const secrets = [{ name: 'next', secret: 'the-next-secret' }, { name: 'current' }]
    const changed = await relay.ask('PATCH', path, {
      settings: { authentication: { signature: { scheme: 'github', secrets } } },
    })
    expect(All.parse(changed).settings.authentication.signature.secrets).toEqual([
      { name: 'next' },
      { name: 'current' },
    ])
    const answers = ['the-next-secret', CURRENT, PREVIOUS].map(isAccepted)
    expect(await Promise.all(answers)).toEqual([200, 200, 401])
    await relay.ask('PATCH', path, { settings: { authentication: null } })
    expect((await post(port, input.path, '', 'x')).status).toBe(200)
  })

  it('stay after a restart, and go with their input and their bucket', async () => {
    const dataDir = await temporaryFolder()
    const first = await relayThatDemands(GITHUB, { dataDir })
    await first.relay.relay.stop()
    const relay = await startTestRelay({ dataDir })
    const { path } = first.input
    expect((await post(relay.port, path, githubLine(CURRENT, 'x'), 'x')).status).toBe(200)
    expect((await post(relay.port, path, githubLine('wrong', 'x'), 'x')).status).toBe(401)
    await relay.ask('DELETE', `/v1/buckets/${first.bucket}`)
    await relay.relay.stop()
    const database = new Database(join(dataDir, 'relay.sqlite'), { readonly: true })
    expect(database.prepare('SELECT * FROM secret').all()).toEqual([])
    database.close()
  })

  it('stand neither in the database file, nor in any answer, nor in the log', async () => {
    const dataDir = await temporaryFolder()
    const logged: string[] = []
    const write = process.stdout.write.bind(process.stdout)
    process.stdout.write = (chunk: string | Uint8Array) => logged.push(Buffer.from(chunk).toString()) > 0
    onTestFinished(() => {
      process.stdout.write = write
    })
    const relay = await startRelay(relayConfig({ port: 0, dataDir, logLevel: 'trace' }))
    onTestFinished(() => relay.stop())
    const answers: unknown[] = []
    const ask = async (method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown) => {
      const answer = await relay.inject({ method, path, body })
      answers.push(answer)
      return answer
    }
    const Made = z.object({ id: z.string() })
    const handshakes = [{ sender: 'meta', secrets: [{ name: 'verify', secret: 'the-verify-token-of-meta' }] }]
    const made = await ask('POST', '/v1/buckets', { name: 'b', settings: { ...GITHUB, handshakes } })
    const bucket = Made.parse(made.body).id
    const inputs = `/v1/buckets/${bucket}/inputs`
    const { id } = Made.parse((await ask('POST', inputs, { settings: { ...GITHUB, handshakes } })).body)
    await ask('PATCH', `${inputs}/${id}`, { settings: GITHUB })
    for (const path of ['/v1/buckets', `/v1/buckets/${bucket}`, inputs, `${inputs}/${id}`]) await ask('GET', path)
    // A wrong change is answered with what is wrong, not with what was given.
    const wrong = { ...GITHUB.authentication.signature, scheme: 'nonsense' }
    expect((await ask('PATCH', `${inputs}/${id}`, { settings: { authentication: { signature: wrong } } })).status).toBe(
      400,
    )
    const { port } = relay
    expect((await post(port, `/in/${id}`, githubLine(CURRENT, 'x'), 'x')).status).toBe(200)
    expect((await post(port, `/in/${id}`, githubLine('wrong', 'x'), 'x')).status).toBe(401)
    await ask('GET', `/v1/buckets/${bucket}/requests`)
    await ask('GET', '/v1/openapi.json')
    expect(relay.url).toContain('127.0.0.1')
    const running = bytesOf(dataDir)
    await relay.stop()
    process.stdout.write = write
    expect(logged.join('')).toContain('administration')
    for (const secret of [CURRENT, PREVIOUS, 'the-verify-token-of-meta']) {
      for (const told of [JSON.stringify(answers), logged.join(''), running, bytesOf(dataDir)]) {
        expect(told).not.toContain(secret)
      }
    }
  })

  /** All files of a relay, as Latin-1. */
  function bytesOf(folder: string): string {
    return readdirSync(folder)
      .map((name) => readFileSync(join(folder, name)).toString('latin1'))
      .join('\n')
  }
})

describe('what is wrong in settings is named by its field', () => {
  const signature = (more: object) => ({ authentication: { signature: { scheme: 'github', secrets: BOTH, ...more } } })
  const ROW = {
    id: 'a',
    name: 'A',
    key: 'utf8',
    sigHeader: 'X',
    format: { kind: 'raw' },
    enc: 'hex',
    parts: ['{body}'],
  }
  const WRONG: readonly (readonly [string, object])[] = [
    ['settings.authentication.signature.scheme', signature({ scheme: 'nonsense' })],
    ['settings.authentication.signature.scheme', { authentication: { signature: { secrets: BOTH } } }],
    ['settings.authentication.signature.secrets', { authentication: { signature: { scheme: 'github' } } }],
    ['settings.authentication.signature.secrets.0.secret', signature({ secrets: [{ name: 'a' }] })],
    ['settings.authentication.signature.secrets', signature({ secrets: [...BOTH, ...BOTH] })],
    [
      'settings.authentication.signature.row.alg',
      { authentication: { signature: { row: { ...ROW, alg: 'md5' }, secrets: BOTH } } },
    ],
    ['settings.authentication.signature.url', signature({ url: 'javascript:alert(1)' })],
    ['settings.authentication.methods.0', { authentication: { methods: ['get'] } }],
    ['settings.authentication.addresses.0', { authentication: { addresses: ['192.0.2.0/33'] } }],
    ['settings.authentication.other', { authentication: { other: 1 } }],
    ['settings.handshakes.0.sender', { handshakes: [{ sender: 'nobody' }] }],
    ['settings.handshakes.0.secrets', { handshakes: [{ sender: 'meta' }] }],
    ['settings.handshakes.0.topics', { handshakes: [{ sender: 'sns', confirm: true }] }],
    ['settings.handshakes.0.confirm', { handshakes: [{ sender: 'slack', confirm: true }] }],
  ]
  it('in a sentence, without what was given', async () => {
    const relay = await startTestRelay()
    const path = `/v1/buckets/${await relay.newBucket()}/inputs`
    for (const [field, settings] of WRONG) {
      const answer = await relay.relay.inject({ method: 'POST', path, body: { settings } })
      expect(answer, field).toMatchObject({ status: 400, body: { code: 'bad-input', field } })
      expect(answer.body).toMatchObject({ detail: expect.stringContaining(field.slice(1)) })
      expect(JSON.stringify(answer.body)).not.toContain(CURRENT)
    }
  })
})
