import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { recognise } from '../../../../core/recognise/recognise.ts'
import type { HeaderLine } from '../../../../protocol/request.ts'

type Example = { name: string; examples: { action?: string; ref?: string }[] }
const FORM: HeaderLine = ['Content-Type', 'application/x-www-form-urlencoded']
const bytes = (body: unknown) => Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))

function githubExamples(): Example[] {
  const file = createRequire(import.meta.url).resolve('@octokit/webhooks-examples/api.github.com/index.json')
  return JSON.parse(readFileSync(file, 'utf8')) as Example[]
}

describe('GitHub', () => {
  it.each(githubExamples().map((each) => [each.name, each] as const))(
    '%s events carry their action',
    (name, { examples }) => {
      for (const example of examples) {
        const known = recognise(
          [
            ['x-github-event', name],
            ['X-GitHub-Delivery', '72d3162e-cc78-11e3-81ab-4c9367dc0958'],
          ],
          bytes(example),
        )
        const branch = example.ref?.replace(/^refs\/(heads|tags)\//, '')
        const event = name === 'push' ? `push, ${branch}` : example.action ? `${name} ${example.action}` : name
        expect(known).toEqual({ provider: 'github', event, senderId: '72d3162e-cc78-11e3-81ab-4c9367dc0958' })
      }
    },
  )

  it('is read from a form too', () => {
    const body = `payload=${encodeURIComponent('{"action":"opened","issue":{"title":"café & co"}}')}`
    expect(recognise([FORM, ['X-GitHub-Event', 'issues']], bytes(body)).event).toBe('issues opened')
  })

  it('is not taken for Gitea, which sends the same lines', () => {
    const headers: HeaderLine[] = [
      ['X-GitHub-Event', 'push'],
      ['X-Gitea-Event', 'push'],
      ['X-Gitea-Delivery', 'd1'],
    ]
    expect(recognise(headers, bytes({ ref: 'refs/heads/main' }))).toEqual({
      provider: 'gitea',
      event: 'push, main',
      senderId: 'd1',
    })
  })
})

describe('others', () => {
  it.each<[string, HeaderLine[], unknown, ReturnType<typeof recognise>]>([
    [
      'Stripe, whose type comes last',
      [['Stripe-Signature', 't=1,v1=ab']],
      { id: 'evt_1', object: 'event', data: { object: { id: 'in_1', type: 'wrong' } }, type: 'invoice.paid' },
      { provider: 'stripe', event: 'invoice.paid', senderId: 'evt_1' },
    ],
    [
      'a Slack event',
      [['X-Slack-Signature', 'v0=ab']],
      { type: 'event_callback', event: { type: 'app_mention', text: 'hi' }, event_id: 'Ev1' },
      { provider: 'slack', event: 'app_mention', senderId: 'Ev1' },
    ],
    [
      'a Slack command',
      [['X-Slack-Signature', 'v0=ab'], FORM],
      'token=x&command=%2Fdeploy&text=staging+now',
      { provider: 'slack', event: '/deploy staging now', senderId: null },
    ],
    [
      'a Slack button',
      [['X-Slack-Signature', 'v0=ab'], FORM],
      `payload=${encodeURIComponent('{"type":"block_actions"}')}`,
      { provider: 'slack', event: 'block_actions', senderId: null },
    ],
    [
      'Shopify',
      [
        ['X-Shopify-Topic', 'orders/create'],
        ['X-Shopify-Webhook-Id', 'w1'],
      ],
      {},
      { provider: 'shopify', event: 'orders/create', senderId: 'w1' },
    ],
    [
      'GitLab',
      [
        ['X-Gitlab-Event', 'Pipeline Hook'],
        ['X-Gitlab-Event-UUID', 'u1'],
        ['Idempotency-Key', 'k1'],
        ['webhook-id', 'k1'],
        ['webhook-signature', 'v1,x'],
      ],
      {},
      { provider: 'gitlab', event: 'Pipeline', senderId: 'k1' },
    ],
    [
      'Twilio',
      [['X-Twilio-Signature', 'x'], ['I-Twilio-Idempotency-Token', 'i1'], FORM],
      'SmsSid=SM1&MessageStatus=delivered',
      { provider: 'twilio', event: 'message delivered', senderId: 'i1' },
    ],
    [
      'SendGrid, whose posts are lists',
      [['X-Twilio-Email-Event-Webhook-Signature', 'x']],
      [{ email: 'a@example.com', event: 'delivered' }, { event: 'open' }],
      { provider: 'sendgrid', event: '2 events', senderId: null },
    ],
    [
      'SendGrid with one event',
      [['X-Twilio-Email-Event-Webhook-Signature', 'x']],
      [{ email: 'a@example.com', event: 'delivered' }],
      { provider: 'sendgrid', event: 'delivered', senderId: null },
    ],
    [
      'Svix',
      [
        ['svix-id', 'msg_1'],
        ['svix-signature', 'v1,x'],
      ],
      { type: 'user.created' },
      { provider: 'svix', event: 'user.created', senderId: 'msg_1' },
    ],
    [
      'Standard Webhooks',
      [
        ['Webhook-Id', 'msg_2'],
        ['Webhook-Signature', 'v1,x'],
      ],
      { data: {}, type: 'contact.updated' },
      { provider: 'standard-webhooks', event: 'contact.updated', senderId: 'msg_2' },
    ],
    [
      'Amazon SNS',
      [
        ['x-amz-sns-message-type', 'Notification'],
        ['x-amz-sns-message-id', 'm1'],
      ],
      {},
      { provider: 'sns', event: 'Notification', senderId: 'm1' },
    ],
    [
      'nobody known, by what most senders have',
      [['X-Acme-Event', 'moved']],
      { type: 'x', id: 7 },
      { provider: null, event: 'moved', senderId: '7' },
    ],
    [
      'nobody known, by the body alone',
      [],
      { event_id: 'e1', eventType: 'moved' },
      { provider: null, event: 'moved', senderId: 'e1' },
    ],
    ['nobody at all', [['X-Other', 'x']], { data: { type: 'x' } }, { provider: null, event: null, senderId: null }],
  ])('%s', (_, headers, body, expected) => {
    expect(recognise(headers, bytes(body))).toEqual(expected)
  })
})

describe('hostile requests', () => {
  const stripe: HeaderLine[] = [['Stripe-Signature', 'x']]

  it('of any bytes are taken without an error', () => {
    const anyHeaders = fc.array(
      fc.tuple(
        fc.oneof(
          fc.string(),
          fc.constantFrom(
            'stripe-signature',
            'X-GitHub-Event',
            'x-slack-signature',
            'content-type',
            'x-twilio-signature',
          ),
        ),
        fc.oneof(fc.string(), fc.constant('application/x-www-form-urlencoded')),
      ),
    )
    const anyBody = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json().map((json) => bytes(json)),
      fc.string().map((text) => bytes(`payload=${text}&command=%${text}`)),
    )
    fc.assert(
      fc.property(anyHeaders, anyBody, (headers, body) => {
        const { provider, event, senderId } = recognise(headers, body)
        expect(event === null || (event.length > 0 && event.length <= 100)).toBe(true)
        expect(senderId === null || (senderId.length > 0 && senderId.length <= 200)).toBe(true)
        expect(provider === null || provider.length > 0).toBe(true)
      }),
    )
  })

  it('cut off in the middle still tell what came before', () => {
    const body = bytes({ id: 'evt_1', type: 'invoice.paid', data: { long: 'x'.repeat(1000) } })
    expect(recognise(stripe, body.subarray(0, 60))).toMatchObject({ event: 'invoice.paid', senderId: 'evt_1' })
  })

  it('nested without end, or one endless string, cost little', () => {
    const started = performance.now()
    for (const body of [
      '['.repeat(400_000),
      `"${'\\"'.repeat(200_000)}`,
      '{"a":'.repeat(80_000),
      'x=%'.repeat(130_000),
    ]) {
      expect(recognise(stripe, bytes(body)).event).toBeNull()
      expect(recognise([FORM, ['X-Slack-Signature', 'x']], bytes(body)).event).toBeNull()
    }
    expect(performance.now() - started).toBeLessThan(1500)
  })

  it('with names that lie about their place are not believed', () => {
    const body = '{"data":{"type":"inner"},"list":[{"type":"listed"}],"text":"{\\"type\\":\\"quoted\\"}"}'
    expect(recognise(stripe, bytes(body)).event).toBeNull()
  })

  it('with line breaks or endless names give one short line', () => {
    const { event } = recognise([['X-Shopify-Topic', `a\u0000b${'c'.repeat(500)}`]], bytes(''))
    expect(event).toMatch(/^a bc+…$/)
    expect(event).toHaveLength(100)
  })

  it('with an id too long to keep have none, rather than one cut to be a stranger’s', () => {
    expect(
      recognise(
        [
          ['X-GitHub-Event', 'x'],
          ['X-GitHub-Delivery', 'y'.repeat(500)],
        ],
        bytes(''),
      ).senderId,
    ).toBeNull()
  })
})
