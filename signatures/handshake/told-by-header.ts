import { textAt } from '../json-tree.ts'
import { isSnsUrl } from '../special/sns.ts'
import { answerEmpty, answerJson, harmless, reflect } from './answer.ts'
import { hasSecret, isSigned, type Handshake } from './asked.ts'

/** Handshakes that a header tells. Sources: each sender's page on setting up webhooks. */
export const toldByHeader: readonly Handshake[] = [
  {
    id: 'twitch',
    isTelling: true,
    answer: (asked) => {
      const type = asked.header('Twitch-Eventsub-Message-Type')
      if (asked.method !== 'POST' || type !== 'webhook_callback_verification') return undefined
      if (hasSecret(asked) && !isSigned(asked, 'twitch')) return answerEmpty('twitch', 403)
      return reflect('twitch', asked.text('challenge'))
    },
  },
  {
    id: 'azure-event-grid',
    isTelling: true,
    answer: ({ method, header, json }) => {
      const event = json?.kind === 'list' ? (json.items[0] ?? null) : json
      const isAsked =
        header('aeg-event-type') === 'SubscriptionValidation' ||
        textAt(event, 'eventType') === 'Microsoft.EventGrid.SubscriptionValidationEvent'
      if (method !== 'POST' || !isAsked) return undefined
      return answerJson('azure-event-grid', { validationResponse: textAt(event, 'data', 'validationCode') })
    },
  },
  {
    id: 'cloudevents',
    isTelling: true,
    answer: ({ method, header }) => {
      const origin = harmless(header('WebHook-Request-Origin'))
      if (method !== 'OPTIONS' || origin === null) return undefined
      const rate = harmless(header('WebHook-Request-Rate')) ?? '*'
      const headers = { 'WebHook-Allowed-Origin': origin, 'WebHook-Allowed-Rate': rate }
      return { handshake: 'cloudevents', status: 200, headers, body: '' }
    },
  },
  {
    id: 'asana',
    isTelling: true,
    answer: ({ method, header }) => {
      const secret = harmless(header('X-Hook-Secret'))
      if (method !== 'POST' || secret === null) return undefined
      return { handshake: 'asana', status: 200, headers: { 'X-Hook-Secret': secret }, body: '', secret }
    },
  },
  {
    id: 'smartsheet',
    isTelling: true,
    answer: ({ header }) => {
      const challenge = harmless(header('Smartsheet-Hook-Challenge'))
      if (challenge === null) return undefined
      const answer = answerJson('smartsheet', { smartsheetHookResponse: challenge })
      return answer && { ...answer, headers: { 'Smartsheet-Hook-Response': challenge, ...answer.headers } }
    },
  },
  {
    id: 'adobe-sign',
    isTelling: true,
    answer: ({ method, header }) => {
      const id = harmless(header('X-AdobeSign-ClientId'))
      if (method !== 'GET' || id === null) return undefined
      const answer = answerJson('adobe-sign', { xAdobeSignClientId: id })
      return answer && { ...answer, headers: { 'X-AdobeSign-ClientId': id, ...answer.headers } }
    },
  },
  {
    id: 'okta',
    isTelling: true,
    answer: ({ method, header }) => {
      const challenge = header('x-okta-verification-challenge')
      return method === 'GET' && challenge !== null ? answerJson('okta', { verification: challenge }) : undefined
    },
  },
  {
    id: 'sns',
    isTelling: true,
    answer: (asked) => {
      const type = asked.header('x-amz-sns-message-type') ?? asked.text('Type')
      if (asked.method !== 'POST' || type !== 'SubscriptionConfirmation') return undefined
      const url = asked.text('SubscribeURL')
      // Only what Amazon has signed, and only Amazon's own host, may ever be fetched.
      const isBelieved = url !== null && isSnsUrl(url) && isSigned(asked, 'sns')
      return { ...answerEmpty('sns'), ...(isBelieved ? { confirmUrl: url } : {}) }
    },
  },
  {
    id: 'github',
    isTelling: true,
    answer: ({ method, header }) => {
      return method === 'POST' && header('X-GitHub-Event') === 'ping' ? answerEmpty('github') : undefined
    },
  },
]
