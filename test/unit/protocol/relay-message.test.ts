import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AgentMessage, readAgentMessage, readRelayMessage, type RelayMessage } from '../../../protocol/relay-message.ts'

const agentMessages: readonly AgentMessage[] = [
  {
    type: 'hello',
    agent: { name: 'creel', version: '1.0.0' },
    subscription: 'laptop',
    window: { items: 256, bytes: 33_554_432 },
    now: 1_790_000_000_000,
  },
  { type: 'ack', ids: ['a', 'b'] },
  { type: 'nack', id: 'a', delayMs: 0, reason: 'not now' },
  { type: 'ping', nonce: '1' },
  { type: 'pong', nonce: '1' },
  { type: 'error', code: 'unknown-type', message: 'What is that?' },
]
const relayMessages: readonly RelayMessage[] = [
  {
    type: 'welcome',
    relay: { name: 'creel', version: '1.0.0' },
    now: 1_790_000_000_000,
    buckets: [{ id: 'b1', name: 'Shop', ttlMs: 604_800_000 }],
    inputs: [{ id: 'i1', bucket: 'b1', name: 'Stripe', url: 'http://127.0.0.1/in/i1', response: 'accept' }],
    pending: 3,
  },
  { type: 'inputs', inputs: [] },
  { type: 'closing', reason: 'restart', reconnectInMs: 1000 },
]

describe('a control message', () => {
  for (const message of agentMessages) {
    it(`reads back an agent's ${message.type}`, () => {
      expect(readAgentMessage(JSON.stringify(message))).toEqual({ kind: 'message', message })
    })
  }
  for (const message of relayMessages) {
    it(`reads back a relay's ${message.type}`, () => {
      expect(readRelayMessage(JSON.stringify(message))).toEqual({ kind: 'message', message })
    })
  }

  it('drops fields that it does not know', () => {
    expect(readAgentMessage('{"type":"ping","nonce":"1","later":{}}')).toEqual({
      kind: 'message',
      message: { type: 'ping', nonce: '1' },
    })
  })

  it('tells a type of a newer version from a broken message', () => {
    expect(readAgentMessage('{"type":"seal","x":1}')).toEqual({ kind: 'unknown-type', type: 'seal' })
    expect(readRelayMessage('{"type":"hello"}')).toEqual({ kind: 'unknown-type', type: 'hello' })
    expect(readAgentMessage('{"type":"ack","ids":"a"}')).toMatchObject({ kind: 'malformed' })
  })

  for (const text of ['', 'null', '[]', '"ping"', '{"type":1}', '{', '{"type":"ack","ids":[]}']) {
    it(`finds ${JSON.stringify(text)} malformed`, () => {
      expect(readAgentMessage(text)).toMatchObject({ kind: 'malformed' })
    })
  }

  it('has acknowledgements read without the schema as the schema reads them', () => {
    const id = fc.oneof(
      fc.string({ maxLength: 3 }),
      fc.constantFrom('x'.repeat(200), 'x'.repeat(201), '\ud83d'),
      fc.jsonValue(),
    )
    const ids = fc.oneof(
      fc.array(id, { maxLength: 4 }),
      fc.constantFrom(1, 10_000, 10_001).map((count) => Array(count).fill('a')),
      fc.jsonValue(),
    )
    const rest = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 2 })
    fc.assert(
      fc.property(ids, rest, (some, others) => {
        const text = JSON.stringify({ ...others, type: 'ack', ids: some })
        const judged = AgentMessage.safeParse(JSON.parse(text))
        const read = readAgentMessage(text)
        if (judged.success) expect(read).toEqual({ kind: 'message', message: judged.data })
        else expect(read).toMatchObject({ kind: 'malformed' })
      }),
      { numRuns: 500 },
    )
  })

  it('never throws, whatever the text is', () => {
    const types = fc.constantFrom(
      'hello',
      'ack',
      'nack',
      'ping',
      'welcome',
      'inputs',
      'closing',
      '__proto__',
      'toString',
    )
    const typed = fc.tuple(types, fc.dictionary(fc.string(), fc.jsonValue())).map(([type, rest]) => ({ ...rest, type }))
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      typed.map((value) => JSON.stringify(value)),
      fc.constant('['.repeat(100_000)),
      fc.constant('{"type":'.repeat(50_000)),
    )
    fc.assert(
      fc.property(text, (any) => {
        readAgentMessage(any)
        readRelayMessage(any)
      }),
      { numRuns: 500 },
    )
  })
})
