import type { HeaderSpec, SchemeRow } from '../row.ts'
import { bodyHmac, HUB_SHA1, SHA256_PREFIX } from './shorthand.ts'

const VERSION_HEADER = 'X-HubSpot-Signature-Version'
const HUBSPOT_V1: HeaderSpec = {
  name: 'X-HubSpot-Signature',
  mac: 'digest',
  enc: 'hex',
  parts: ['{secret}{body}'],
  when: { header: VERSION_HEADER, value: 'v1' },
}
const HUBSPOT_V2: HeaderSpec = {
  ...HUBSPOT_V1,
  parts: ['{secret}{method}{url}{body}'],
  when: { header: VERSION_HEADER, value: 'v2' },
}

/** Messaging, mail, social. */
export const messaging: readonly SchemeRow[] = [
  bodyHmac('slack', 'Slack', 'X-Slack-Signature', {
    format: { kind: 'prefix', prefix: 'v0=' },
    parts: ['v0:{ts}:{body}'],
    ts: { from: 'header', name: 'X-Slack-Request-Timestamp', unit: 's', tolerance: 300 },
  }),
  bodyHmac('zoom', 'Zoom', 'x-zm-signature', {
    format: { kind: 'prefix', prefix: 'v0=' },
    parts: ['v0:{ts}:{body}'],
    ts: { from: 'header', name: 'x-zm-request-timestamp', unit: 's', tolerance: 300 },
  }),
  bodyHmac('telegram', 'Telegram', 'X-Telegram-Bot-Api-Secret-Token', { mac: 'token', parts: [] }),
  bodyHmac('meta', 'Meta', 'X-Hub-Signature-256', { format: SHA256_PREFIX, companions: [HUB_SHA1] }),
  bodyHmac('line', 'LINE', 'X-Line-Signature', { enc: 'base64' }),
  bodyHmac('twitch', 'Twitch', 'Twitch-Eventsub-Message-Signature', {
    format: SHA256_PREFIX,
    parts: ['{id}{ts}{body}'],
    idHeader: 'Twitch-Eventsub-Message-Id',
    ts: { from: 'header', name: 'Twitch-Eventsub-Message-Timestamp', unit: 'rfc3339', tolerance: 600 },
  }),
  bodyHmac('intercom', 'Intercom', 'X-Hub-Signature', { alg: 'sha1', format: { kind: 'prefix', prefix: 'sha1=' } }),
  // The secret looks like base64 and is not decoded.
  bodyHmac('zendesk', 'Zendesk', 'X-Zendesk-Webhook-Signature', {
    enc: 'base64',
    parts: ['{ts}{body}'],
    ts: { from: 'header', name: 'X-Zendesk-Webhook-Signature-Timestamp', unit: 'rfc3339', tolerance: null },
  }),
  // A plain hash that begins with the secret, not an HMAC.
  bodyHmac('hubspot-v1', 'HubSpot (v1)', 'X-HubSpot-Signature', { mac: 'digest', parts: ['{secret}{body}'] }),
  bodyHmac('hubspot-v2', 'HubSpot (v2)', 'X-HubSpot-Signature', {
    mac: 'digest',
    parts: ['{secret}{method}{url}{body}'],
  }),
  bodyHmac('hubspot-v3', 'HubSpot', 'X-HubSpot-Signature-v3', {
    enc: 'base64',
    parts: ['{method}{url}{body}{ts}'],
    urlForm: 'hubspot',
    ts: { from: 'header', name: 'X-HubSpot-Request-Timestamp', unit: 'ms', tolerance: 300 },
    companions: [HUBSPOT_V1, HUBSPOT_V2],
  }),
  bodyHmac('twitter', 'X (Twitter)', 'x-twitter-webhooks-signature', { enc: 'base64', format: SHA256_PREFIX }),
]
