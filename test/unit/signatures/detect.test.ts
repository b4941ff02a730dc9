import { describe, expect, test } from 'vitest'
import { detect } from '../../../signatures/index.ts'

describe('of schemes that share a header', () => {
  test.each<[string, Record<string, string>, string, string, string]>([
    [
      'GitHub',
      { 'X-GitHub-Event': 'push', 'X-Hub-Signature-256': 'sha256=00', 'X-Hub-Signature': 'sha1=00' },
      '{}',
      'github',
      'sure',
    ],
    ['GitHub of old', { 'X-GitHub-Event': 'push', 'X-Hub-Signature': 'sha1=00' }, '{}', 'github-sha1', 'sure'],
    [
      'Forgejo',
      {
        'X-Hub-Signature-256': 'sha256=00',
        'X-Gogs-Signature': '00',
        'X-Gitea-Signature': '00',
        'X-Forgejo-Signature': '00',
      },
      '{}',
      'forgejo',
      'sure',
    ],
    [
      'Gitea',
      {
        'X-Hub-Signature-256': 'sha256=00',
        'X-Gogs-Signature': '00',
        'X-Gitea-Signature': '00',
        'X-GitHub-Event': 'push',
      },
      '{}',
      'gitea',
      'sure',
    ],
    ['Meta', { 'X-Hub-Signature-256': 'sha256=00' }, '{"object":"page","entry":[]}', 'meta', 'sure'],
    ['nobody known', { 'X-Hub-Signature-256': 'sha256=00' }, '{}', 'github', 'likely'],
    ['Bitbucket', { 'X-Hub-Signature': 'sha256=00', 'X-Event-Key': 'repo:push' }, '{}', 'bitbucket', 'sure'],
    ['Jira', { 'X-Hub-Signature': 'sha256=00' }, '{"webhookEvent":"x"}', 'jira', 'sure'],
    ['Intercom', { 'X-Hub-Signature': 'sha1=00' }, '{"type":"notification_event"}', 'intercom', 'sure'],
    [
      'GitLab signing and with a token',
      { 'X-Gitlab-Token': 'x', 'webhook-id': '1', 'webhook-signature': 'v1,x' },
      '{}',
      'standard-webhooks',
      'sure',
    ],
    ['Cloudflare', { 'Webhook-Signature': 'time=1,sig1=00' }, '{}', 'cloudflare-stream', 'sure'],
    ['GoCardless', { 'Webhook-Signature': '0'.repeat(64) }, '{}', 'gocardless', 'sure'],
    ['Netlify', { 'X-Webhook-Signature': 'a.b.c' }, '{}', 'netlify', 'sure'],
    ['Lemon Squeezy', { 'X-Signature': '00', 'X-Event-Name': 'x' }, '{}', 'lemonsqueezy', 'sure'],
    [
      'HubSpot of old',
      { 'X-HubSpot-Signature': '00', 'X-HubSpot-Signature-Version': 'v2' },
      '{}',
      'hubspot-v2',
      'likely',
    ],
    ['HubSpot', { 'X-HubSpot-Signature': '00', 'X-HubSpot-Signature-v3': 'x' }, '{}', 'hubspot-v3', 'sure'],
    ['Mailgun, by its body', {}, '{"signature":{"token":"x","timestamp":"1"}}', 'mailgun', 'sure'],
    ['Adyen, by its body', {}, '{"notificationItems":[]}', 'adyen-standard', 'sure'],
    ['SNS, by its body', {}, '{"SigningCertURL":"https://sns.us-east-1.amazonaws.com/x.pem"}', 'sns', 'sure'],
    [
      'a token',
      { Authorization: `Bearer ${Buffer.from('{"alg":"HS256"}').toString('base64url')}.e30.x` },
      '',
      'jwt-hs256',
      'possible',
    ],
    [
      'a token with a public key',
      { Authorization: `Bearer ${Buffer.from('{"alg":"RS256"}').toString('base64url')}.e30.x` },
      '',
      'jwt',
      'possible',
    ],
  ])('%s is found first', (_, headers, body, scheme, certainty) => {
    expect(detect({ headers, body })[0]).toMatchObject({ scheme, certainty })
  })

  test('Svix is called by its name', () => {
    expect(detect({ headers: { 'svix-id': 'x', 'svix-signature': 'v1,x' } })).toEqual([
      { scheme: 'standard-webhooks', name: 'Svix', certainty: 'sure', headerNames: ['svix-signature'] },
    ])
  })

  test('all headers that carry the signature are told, as they are written', () => {
    const headers = {
      'x-docusign-signature-1': 'x',
      'X-DOCUSIGN-Signature-2': 'y',
      'X-Authorization-Digest': 'HMACSHA256',
    }
    expect(detect({ headers })[0]?.headerNames).toEqual(['x-docusign-signature-1', 'X-DOCUSIGN-Signature-2'])
  })

  test('none is found where there is none', () => {
    expect(detect({ headers: { 'Content-Type': 'application/json' }, body: '{"type":"x"}' })).toEqual([])
    expect(detect({ headers: {}, body: Buffer.from([0xff, 0x00]) })).toEqual([])
  })
})
