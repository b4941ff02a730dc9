import type { Sender } from './sender.ts'

const SVIX_EVENT: Sender['event'] = [['body:type'], ['body:eventType'], ['body:event_type'], ['body:event']]

const TELEGRAM_EVENTS = [
  ['message', 'message_id'],
  ['edited_message', 'message_id'],
  ['channel_post', 'message_id'],
  ['edited_channel_post', 'message_id'],
  ['business_message', 'message_id'],
  ['callback_query', 'id'],
  ['inline_query', 'id'],
  ['shipping_query', 'id'],
  ['pre_checkout_query', 'id'],
  ['poll', 'id'],
  ['poll_answer', 'poll_id'],
  ['message_reaction', 'message_id'],
  ['my_chat_member', 'date'],
  ['chat_member', 'date'],
  ['chat_join_request', 'date'],
] as const
const DISCORD_TYPES = {
  '1': 'ping',
  '2': 'command',
  '3': 'component',
  '4': 'autocomplete',
  '5': 'modal submit',
}

/** Messaging, mail, social, and the kits that many senders are built with. */
export const sendersOfMessages: readonly Sender[] = [
  {
    id: 'slack',
    headers: ['x-slack-signature', 'x-slack-request-timestamp'],
    event: [['form:command', 'form:text'], ['body:event.type'], ['body:type']],
    senderId: [['body:event_id']],
    attempt: ['header:x-slack-retry-num'],
  },
  {
    id: 'sendgrid',
    headers: ['x-twilio-email-event-webhook-signature'],
    body: ['sg_event_id'],
    event: [['body:event']],
    isBatch: true,
    // One post carries many events, each with its own id.
    senderId: [],
  },
  {
    id: 'twilio',
    headers: ['x-twilio-signature'],
    event: [
      ['=message', 'form:MessageStatus'],
      ['=message', 'form:SmsStatus'],
      ['=call', 'form:CallStatus'],
      ['form:EventType'],
      ['body:EventType'],
      ['body:type'],
    ],
    senderId: [
      ['header:i-twilio-idempotency-token'],
      ['form:MessageSid', 'form:MessageStatus'],
      ['form:CallSid', 'form:CallStatus'],
    ],
  },
  {
    id: 'mailgun',
    body: ['signature.token', 'event-data.event'],
    event: [['body:event-data.event']],
    senderId: [['body:event-data.id'], ['body:signature.token']],
  },
  {
    id: 'postmark',
    body: ['RecordType', 'MessageID'],
    event: [['body:RecordType']],
    senderId: [['body:MessageID', 'body:RecordType']],
  },
  {
    id: 'discord',
    headers: ['x-signature-ed25519'],
    event: [['body:event.type'], ['body:type', 'body:data.name']],
    names: DISCORD_TYPES,
    senderId: [['body:id']],
  },
  {
    id: 'telegram',
    headers: ['x-telegram-bot-api-secret-token'],
    body: ['update_id'],
    event: TELEGRAM_EVENTS.map(([name, field]) => [`has:${name}.${field}`, `=${name}`]),
    senderId: [['body:update_id']],
  },
  {
    id: 'twitch',
    headers: ['twitch-eventsub-message-type'],
    event: [['header:twitch-eventsub-subscription-type'], ['header:twitch-eventsub-message-type']],
    senderId: [['header:twitch-eventsub-message-id']],
    attempt: ['header:twitch-eventsub-message-retry'],
  },
  {
    id: 'line',
    headers: ['x-line-signature'],
    event: [['body:events.type']],
    senderId: [['body:events.webhookEventId']],
    attempt: ['body:events.deliveryContext.isRedelivery'],
  },
  {
    id: 'zoom',
    headers: ['x-zm-signature', 'x-zm-trackingid'],
    event: [['body:event']],
    senderId: [['header:x-zm-trackingid'], ['body:payload.object.uuid', 'body:event_ts']],
  },
  {
    id: 'hubspot',
    headers: ['x-hubspot-signature-v3', 'x-hubspot-signature'],
    event: [['body:subscriptionType']],
    senderId: [['body:eventId']],
    attempt: ['body:attemptNumber'],
  },
  {
    id: 'zendesk',
    headers: ['x-zendesk-webhook-signature', 'x-zendesk-webhook-id'],
    event: [['body:type']],
    senderId: [['header:x-zendesk-webhook-invocation-id']],
  },
  {
    id: 'twitter',
    headers: ['x-twitter-webhooks-signature'],
    event: [
      ['has:favorite_events.id', '=favorite'],
      ['has:tweet_create_events.id_str', '=post'],
      ['has:direct_message_events.id', '=direct message'],
      ['body:follow_events.type'],
    ],
    senderId: [['body:favorite_events.id'], ['body:tweet_create_events.id_str'], ['body:direct_message_events.id']],
  },
  {
    id: 'meta',
    body: ['object', 'entry.id'],
    event: [['body:object', 'body:entry.changes.field'], ['body:object']],
    between: ' · ',
    senderId: [['body:entry.changes.value.messages.id'], ['body:entry.messaging.message.mid']],
  },
  {
    id: 'intercom',
    body: ['topic', 'app_id'],
    event: [['body:topic']],
    senderId: [['body:id']],
    attempt: ['body:delivery_attempts'],
  },
  { id: 'svix', headers: ['svix-id'], event: SVIX_EVENT, senderId: [['header:svix-id']] },
  { id: 'standard-webhooks', headers: ['webhook-id'], event: SVIX_EVENT, senderId: [['header:webhook-id']] },
]
