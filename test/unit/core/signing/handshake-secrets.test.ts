import { expect, test } from 'vitest'
import { createSignatures, type Signatures } from '../../../../core/engine/signatures.ts'
import type { HistoryRequests } from '../../../../core/history/history.ts'
import { RequestId, SourceId } from '../../../../protocol/ids.ts'
import type { HeaderLine, RequestDetail } from '../../../../protocol/request.ts'
import { memorySecrets } from '../../../helpers/memory-secrets.ts'

const shop = SourceId.parse(1)
const idOf = (n: number) => RequestId.parse(n)

type Check = { readonly sender: string; readonly headers?: readonly HeaderLine[]; readonly body?: string }

/** What the relay recorded of these checks, the first of them as request 1. A string is a request that is none. */
function open(checks: readonly (Check | string)[]): { signatures: Signatures; kept: Map<string, string> } {
  const bodies = checks.map((check) => Buffer.from(typeof check === 'string' ? check : (check.body ?? '')))
  const requests = {
    async get(id: RequestId) {
      const check = checks[id - 1]
      if (check === undefined) return null
      const common = {
        id,
        method: 'POST',
        requestTarget: '/in/x',
        sourceId: shop,
        bodyBytes: bodies[id - 1]?.length ?? 0,
      }
      if (typeof check === 'string') return { ...common, kind: 'captured', headers: [], detail: null }
      const handshake = { sender: check.sender, status: 200, headers: [], body: '' }
      const detail = { kind: 'handshake', handshake }
      return { ...common, kind: 'handshake', headers: check.headers ?? [], detail } as unknown as RequestDetail
    },
    async readBody({ id }: { id: RequestId }) {
      return new Uint8Array(bodies[id - 1] ?? [])
    },
  } as unknown as HistoryRequests
  const { kept, secrets } = memorySecrets()
  return { signatures: createSignatures({ requests, secrets }), kept }
}

const TOKEN = 'secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl'
const NOTION: Check = { sender: 'notion', body: `{"verification_token":"${TOKEN}"}` }
const ASANA: Check = { sender: 'asana', headers: [['X-Hook-Secret', 'b537207f20cbfa02357cf448134da559']] }

test.each([
  ['notion', 'Notion', NOTION, TOKEN],
  ['asana', 'Asana', ASANA, 'b537207f20cbfa02357cf448134da559'],
] as const)(
  'the secret in a check of %s is kept for its source once, and never told',
  async (scheme, name, check, secret) => {
    const { signatures } = open([check])
    const told = await signatures.handshakes.of(idOf(1))
    expect(told).toEqual({ scheme, schemeName: name, keptAs: null })
    const adopted = await signatures.handshakes.adopt(idOf(1), 'from the handshake')
    expect(adopted).toMatchObject({ scheme, sourceId: shop, name: 'from the handshake' })
    expect(JSON.stringify([told, adopted])).not.toContain(secret)
    expect(await signatures.secretsToSignWith(scheme, shop)).toEqual([secret])
    expect(await signatures.handshakes.of(idOf(1))).toMatchObject({ keptAs: 'from the handshake' })
    expect(await signatures.handshakes.adopt(idOf(1), 'again')).toEqual(adopted)
    expect(await signatures.listSecrets()).toHaveLength(1)
  },
)

test('two webhooks that are made in the same moment keep a secret each', async () => {
  const second: Check = { sender: 'asana', headers: [['x-hook-secret', 'another']] }
  const { signatures } = open([ASANA, second])
  await signatures.handshakes.adopt(idOf(1), 'today')
  expect(await signatures.handshakes.adopt(idOf(2), 'today')).toMatchObject({ name: 'today (2)' })
  expect(await signatures.secretsToSignWith('asana', shop)).toEqual(['another', 'b537207f20cbfa02357cf448134da559'])
})

test('what is no check, brings no secret, or one that is too long, has none to keep', async () => {
  const { signatures, kept } = open([
    NOTION.body ?? '',
    { sender: 'slack', body: '{"type":"url_verification","challenge":"x"}' },
    { sender: 'notion', body: '{"verification_token":""}' },
    { sender: 'notion', body: JSON.stringify({ verification_token: 'x'.repeat(9000) }) },
    { sender: 'notion', body: `${NOTION.body}${' '.repeat(70_000)}` },
    { sender: 'asana', body: NOTION.body ?? '' },
  ])
  for (const n of [1, 2, 3, 4, 5, 6, 7]) {
    expect(await signatures.handshakes.of(idOf(n)), `request ${n}`).toBeNull()
    await expect(signatures.handshakes.adopt(idOf(n), 'x')).rejects.toMatchObject({ error: { code: 'not-found' } })
  }
  expect(kept.size).toBe(0)
})
