import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { handshake, sign, type VectorHandshake } from '../../../signatures/index.ts'
import { handshakeIds } from '../../../signatures/handshake/handshake.ts'
import { makeTestKeys } from '../../../signatures/test-keys.ts'

type Published = VectorHandshake & {
  readonly provider: string
  readonly name: string
  readonly response: { readonly status: number; readonly headers: Record<string, string>; readonly body: string }
}

const published = JSON.parse(
  readFileSync(new URL('../../fixtures/signatures/handshakes.json', import.meta.url), 'utf8'),
) as Published[]

describe('published handshakes', () => {
  test.each(published.map((each) => [`${each.provider}, ${each.name}`, each] as const))('%s', (_, each) => {
    expect(handshake(each)).toMatchObject(each.response)
  })

  /** Whose these are cannot be told from the request: their sender has to be named. */
  const untold = new Set(['Strava', 'Mailchimp'])

  test.each(published.filter(({ provider }) => !untold.has(provider)).map((each) => [each.provider, each] as const))(
    '%s without its name',
    (_, each) => {
      expect(handshake({ ...each, provider: null })).toMatchObject(each.response)
    },
  )
})

describe('further handshakes', () => {
  test.each<[string, VectorHandshake, object]>([
    [
      'zoom',
      { secret: 'it', body: '{"event":"endpoint.url_validation","payload":{"plainToken":"abc"}}' },
      {
        status: 200,
        body: JSON.stringify({
          plainToken: 'abc',
          encryptedToken: createHmac('sha256', 'it').update('abc').digest('hex'),
        }),
      },
    ],
    ['lark', { body: '{"challenge":"c","token":"t","type":"url_verification"}' }, { body: '{"challenge":"c"}' }],
    [
      'asana',
      { headers: { 'X-Hook-Secret': 's3' } },
      { status: 200, headers: { 'X-Hook-Secret': 's3' }, secret: 's3' },
    ],
    ['okta', { method: 'GET', headers: { 'x-okta-verification-challenge': 'c' } }, { body: '{"verification":"c"}' }],
    [
      'adobe-sign',
      { method: 'GET', headers: { 'X-AdobeSign-ClientId': 'c' } },
      { headers: { 'X-AdobeSign-ClientId': 'c' }, body: '{"xAdobeSignClientId":"c"}' },
    ],
    [
      'azure-event-grid',
      { headers: { 'aeg-event-type': 'SubscriptionValidation' }, body: '[{"data":{"validationCode":"v-1"}}]' },
      { body: '{"validationResponse":"v-1"}' },
    ],
    [
      'Azure Event Grid',
      { body: '[{"eventType":"Microsoft.EventGrid.SubscriptionValidationEvent","data":{"validationCode":"v-2"}}]' },
      { body: '{"validationResponse":"v-2"}' },
    ],
    [
      'Azure Event Grid',
      { method: 'OPTIONS', headers: { 'WebHook-Request-Origin': 'eventgrid.azure.net' } },
      { headers: { 'WebHook-Allowed-Origin': 'eventgrid.azure.net', 'WebHook-Allowed-Rate': '*' } },
    ],
    [
      'Adobe Acrobat Sign (webhooks)',
      { method: 'GET', headers: { 'X-AdobeSign-ClientId': 'c' } },
      { body: '{"xAdobeSignClientId":"c"}' },
    ],
    ['Lark / Feishu', { body: '{"challenge":"c","type":"url_verification"}' }, { body: '{"challenge":"c"}' }],
    ['LINE Messaging API', { body: '{"destination":"U1","events":[]}' }, { status: 200, body: '' }],
    ['trello', { method: 'HEAD' }, { status: 200, body: '' }],
    ['line', { headers: { 'x-line-signature': 'x' }, body: '{"events":[]}' }, { status: 200 }],
    ['notion', { body: '{"verification_token":"secret_1"}' }, { status: 200, secret: 'secret_1' }],
  ])('%s', (provider, request, answer) => {
    expect(handshake({ provider, ...request })).toMatchObject(answer)
  })

  test('Discord is answered when its signature holds, refused when not, and left alone without a key', () => {
    const keys = makeTestKeys('discord')
    const signed = sign({ scheme: 'discord', body: '{"type":1}', privateKey: keys.privateKey })
    const { publicKey } = keys
    expect(handshake({ provider: 'Discord', publicKey, ...signed })).toMatchObject({ status: 200, body: '{"type":1}' })
    expect(handshake({ provider: 'Discord', ...signed, publicKey: makeTestKeys('discord').publicKey })).toMatchObject({
      status: 401,
      body: '',
    })
    expect(handshake({ provider: 'Discord', ...signed, publicKey: null })).toBeUndefined()
  })

  test.each([
    [
      'meta',
      { method: 'GET', url: '/?hub.mode=subscribe&hub.challenge=1&hub.verify_token=wrong', secret: 'right' },
      403,
    ],
    [
      'strava',
      { method: 'GET', url: '/?hub.mode=subscribe&hub.challenge=1&hub.verify_token=wrong', secret: 'right' },
      403,
    ],
    ['xero', { headers: { 'x-xero-signature': 'AAAA' }, body: '{"events":[],"entropy":"x"}', secret: 'right' }, 401],
    ['figma', { body: '{"event_type":"PING","passcode":"wrong"}', secret: 'right' }, 400],
    [
      'twitch',
      {
        headers: { 'Twitch-Eventsub-Message-Type': 'webhook_callback_verification' },
        body: '{"challenge":"c"}',
        secret: 'right',
      },
      403,
    ],
    [
      'slack',
      {
        headers: { 'X-Slack-Signature': 'v0=00' },
        body: '{"type":"url_verification","challenge":"c"}',
        secret: 'right',
      },
      401,
    ],
    ['websub', { method: 'GET', url: '/?hub.mode=subscribe&hub.topic=other&hub.challenge=1', topics: ['mine'] }, 404],
  ])('%s is refused to whoever does not know the secret', (provider, request, status) => {
    expect(handshake({ provider, ...request })).toMatchObject({ status, body: '' })
  })

  test.each([
    ['zoom', { body: '{"event":"endpoint.url_validation","payload":{"plainToken":"v0:1763000000:{}"}}' }],
    ['twitter', { method: 'GET', url: `/?crc_token=${encodeURIComponent('{"for_user_id":"1"}')}` }],
    ['twitter', { method: 'GET', url: `/?crc_token=${'x'.repeat(513)}` }],
    // What would be the signature of a JSON Web Token, where the secret is that of one too.
    ['zoom', { body: '{"event":"endpoint.url_validation","payload":{"plainToken":"eyJhbGciOiJIUzI1NiJ9.e30"}}' }],
  ])('%s: no token is signed that would be a webhook', (provider, request) => {
    expect(handshake({ provider, secret: 'it', ...request })).toBeUndefined()
  })

  test('an empty secret is none', () => {
    expect(handshake({ provider: 'twitter', secret: '', method: 'GET', url: '/?crc_token=x' })).toBeUndefined()
    expect(handshake({ provider: 'figma', secret: '', body: '{"event_type":"PING","passcode":""}' })).toMatchObject({
      status: 200,
    })
  })

  test('Zoom is answered with the secret that it signs with, while it is rolled', () => {
    const vector = { body: '{"event":"endpoint.url_validation","payload":{"plainToken":"abc"}}', timestampNow: 1e9 }
    const { headers } = sign({ scheme: 'zoom', secret: 'old', ...vector })
    const encryptedToken = createHmac('sha256', 'old').update('abc').digest('hex')
    expect(handshake({ provider: 'zoom', secrets: ['new', 'old'], ...vector, headers })).toMatchObject({
      body: JSON.stringify({ plainToken: 'abc', encryptedToken }),
    })
  })

  test('Xero without a signature is refused like one with a wrong one', () => {
    expect(handshake({ provider: 'xero', secret: 'it', body: '{"events":[],"entropy":"x"}' })).toMatchObject({
      status: 401,
      body: '',
    })
  })

  test('SNS may be confirmed only at Amazon, and only when Amazon signed it', () => {
    const body = (url: string) =>
      JSON.stringify({ Type: 'SubscriptionConfirmation', SubscribeURL: url, Signature: 'AAAA', SignatureVersion: '1' })
    for (const url of [
      'https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription',
      'https://169.254.169.254/',
      'http://sns.us-east-1.amazonaws.com/',
    ]) {
      expect(handshake({ headers: { 'x-amz-sns-message-type': 'SubscriptionConfirmation' }, body: body(url) })).toEqual(
        { handshake: 'sns', status: 200, headers: {}, body: '' },
      )
    }
  })
})

describe('what is given back', () => {
  test('is plain text that no browser takes for a page', () => {
    const answer = handshake({ provider: 'dropbox', method: 'GET', url: '/?challenge=%3Cscript%3E1%3C/script%3E' })
    expect(answer?.headers).toEqual({ 'Content-Type': 'text/plain', 'X-Content-Type-Options': 'nosniff' })
  })

  test.each([
    ['longer than 4 KiB', 'x'.repeat(4097)],
    ['with a line break', 'a%0d%0aSet-Cookie:x'],
    ['of other letters', '%C3%AB'],
    ['empty', ''],
  ])('is nothing %s', (_, challenge) => {
    expect(handshake({ provider: 'dropbox', method: 'GET', url: `/?challenge=${challenge}` })).toBeUndefined()
    expect(handshake({ provider: 'microsoft-graph', url: `/?validationToken=${challenge}` })).toBeUndefined()
    expect(
      handshake({
        provider: 'slack',
        body: JSON.stringify({ type: 'url_verification', challenge: decodeURIComponent(challenge) }),
      }),
    ).toBeUndefined()
  })

  test('is nothing at all to what is no handshake, or needs a secret that is not there', () => {
    for (const provider of [null, ...handshakeIds.filter((id) => id !== 'trello' && id !== 'mailchimp')]) {
      expect(handshake({ provider, method: 'POST', url: '/hook?a=1', body: '{"type":"invoice.paid"}' })).toBeUndefined()
      expect(handshake({ provider, method: 'PUT', url: '/hook', body: 'x' })).toBeUndefined()
    }
    expect(
      handshake({ provider: 'zoom', body: '{"event":"endpoint.url_validation","payload":{"plainToken":"abc"}}' }),
    ).toBeUndefined()
    expect(handshake({ provider: 'twitter', method: 'GET', url: '/?crc_token=x' })).toBeUndefined()
    expect(handshake({ provider: 'nobody', method: 'GET', url: '/?challenge=x' })).toBeUndefined()
  })
})
