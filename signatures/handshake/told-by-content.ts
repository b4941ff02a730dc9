import { createHmac } from 'node:crypto'
import { nodeAt } from '../json-tree.ts'
import { answerEmpty, answerJson, reflect } from './answer.ts'
import { firstSecret, hasSecret, hub, isEmptyList, isSigned, secretOf, type Handshake } from './asked.ts'

/**
 * A token that may be signed for whoever asks: one word, as these senders make them. Of anything else the answer would be the signature of a webhook
 * that a stranger wrote: X signs the body alone, Zoom `v0:{timestamp}:{body}`. With a dot in it, it would be that of a JSON Web Token.
 */
function wordLike(token: string | null): string | null {
  return token !== null && /^[\w+/=~-]{1,512}$/.test(token) ? token : null
}

function macOf(secret: string, text: string): Buffer {
  return createHmac('sha256', secret).update(text).digest()
}

/** Handshakes that the query or the body tells, and those that nothing tells. Sources: each sender's page on setting up webhooks. */
export const toldByContent: readonly Handshake[] = [
  {
    id: 'zoom',
    isTelling: true,
    needsSecret: true,
    answer: (asked) => {
      const token = wordLike(asked.text('payload', 'plainToken'))
      if (asked.method !== 'POST' || asked.text('event') !== 'endpoint.url_validation' || token === null)
        return undefined
      // While it is rolled, the one that the request itself is signed with.
      const secret = secretOf(asked, 'zoom') ?? firstSecret(asked)
      if (secret === undefined) return undefined
      return answerJson('zoom', { plainToken: token, encryptedToken: macOf(secret, token).toString('hex') })
    },
  },
  {
    id: 'twitter',
    isTelling: true,
    needsSecret: true,
    answer: (asked) => {
      const token = wordLike(asked.query('crc_token'))
      const secret = firstSecret(asked)
      if (asked.method !== 'GET' || token === null || secret === undefined) return undefined
      return answerJson('twitter', { response_token: `sha256=${macOf(secret, token).toString('base64')}` })
    },
  },
  {
    id: 'discord',
    isTelling: true,
    answer: (asked) => {
      const isPing = asked.json?.kind === 'object' && asked.text('type') === '1'
      if (asked.method !== 'POST' || !isPing || asked.header('X-Signature-Ed25519') === null) return undefined
      if (!hasSecret(asked) && (asked.keys.publicKeys ?? []).length === 0) return undefined
      return isSigned(asked, 'discord') ? answerJson('discord', { type: 1 }) : answerEmpty('discord', 401)
    },
  },
  {
    id: 'xero',
    isTelling: true,
    needsSecret: true,
    answer: (asked) => {
      if (asked.method !== 'POST' || !isEmptyList(nodeAt(asked.json, 'events')) || asked.text('entropy') === null)
        return undefined
      // Some are signed wrongly on purpose, or not at all.
      return answerEmpty('xero', isSigned(asked, 'xero') ? 200 : 401)
    },
  },
  {
    id: 'figma',
    isTelling: true,
    answer: (asked) => {
      if (asked.method !== 'POST' || asked.text('event_type') !== 'PING' || asked.text('passcode') === null) {
        return undefined
      }
      return answerEmpty('figma', hasSecret(asked) && !isSigned(asked, 'figma') ? 400 : 200)
    },
  },
  {
    id: 'line',
    isTelling: true,
    answer: (asked) => {
      const isLine = asked.header('X-Line-Signature') !== null || asked.text('destination') !== null
      if (asked.method !== 'POST' || !isLine) return undefined
      return isEmptyList(nodeAt(asked.json, 'events')) ? answerEmpty('line') : undefined
    },
  },
  {
    id: 'woocommerce',
    isTelling: true,
    answer: ({ method, request }) => {
      const isPing = request.body.length < 100 && /^webhook_id=\d+$/.test(Buffer.from(request.body).toString().trim())
      return method === 'POST' && isPing ? answerEmpty('woocommerce') : undefined
    },
  },
  {
    id: 'notion',
    isTelling: true,
    answer: ({ method, text }) => {
      const secret = text('verification_token')
      return method === 'POST' && secret !== null ? { ...answerEmpty('notion'), secret } : undefined
    },
  },
  {
    id: 'microsoft-graph',
    isTelling: true,
    answer: ({ method, query }) => {
      const token = query('validationToken')
      return token !== null && (method === 'POST' || method === 'GET') ? reflect('microsoft-graph', token) : undefined
    },
  },
  {
    id: 'slack',
    isTelling: true,
    answer: (asked) => {
      if (asked.method !== 'POST' || asked.text('type') !== 'url_verification') return undefined
      const isChecked = hasSecret(asked) && asked.header('X-Slack-Signature') !== null
      if (isChecked && !isSigned(asked, 'slack')) return answerEmpty('slack', 401)
      return reflect('slack', asked.text('challenge'))
    },
  },
  {
    id: 'meta',
    isTelling: true,
    needsSecret: true,
    answer: (asked) => {
      if (asked.query('hub.topic') !== null) return undefined
      return hub(asked, () => reflect('meta', asked.query('hub.challenge')), 'meta')
    },
  },
  {
    id: 'websub',
    isTelling: true,
    answer: ({ method, query, keys }) => {
      const topic = query('hub.topic')
      const mode = query('hub.mode')
      if (method !== 'GET' || topic === null || (mode !== 'subscribe' && mode !== 'unsubscribe')) return undefined
      if (keys.topics !== undefined && !keys.topics.includes(topic)) return answerEmpty('websub', 404)
      return reflect('websub', query('hub.challenge'))
    },
  },
  {
    id: 'dropbox',
    isTelling: true,
    answer: ({ method, query }) => (method === 'GET' ? reflect('dropbox', query('challenge')) : undefined),
  },
  {
    id: 'nylas',
    isTelling: false,
    answer: ({ method, query }) => (method === 'GET' ? reflect('nylas', query('challenge')) : undefined),
  },
  {
    id: 'monday',
    isTelling: true,
    answer: ({ method, text, json }) => {
      const isAlone = json?.kind === 'object' && json.fields.size === 1
      return method === 'POST' && isAlone ? answerJson('monday', { challenge: text('challenge') }) : undefined
    },
  },
  {
    id: 'lark',
    isTelling: false,
    answer: ({ method, text }) =>
      method === 'POST' ? answerJson('lark', { challenge: text('challenge') }) : undefined,
  },
  {
    id: 'strava',
    isTelling: false,
    needsSecret: true,
    answer: (asked) =>
      hub(asked, () => answerJson('strava', { 'hub.challenge': asked.query('hub.challenge') }), 'strava'),
  },
  { id: 'trello', isTelling: false, answer: ({ method }) => (method === 'HEAD' ? answerEmpty('trello') : undefined) },
  {
    id: 'mailchimp',
    isTelling: false,
    answer: ({ method }) => (method === 'GET' || method === 'HEAD' ? answerEmpty('mailchimp') : undefined),
  },
]
