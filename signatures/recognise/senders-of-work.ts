import type { Sender } from './sender.ts'

/** Work management, documents, media, clouds. */
export const sendersOfWork: readonly Sender[] = [
  {
    id: 'linear',
    headers: ['linear-event', 'linear-signature'],
    event: [['body:type', 'body:action'], ['header:linear-event']],
    senderId: [['header:linear-delivery']],
  },
  {
    id: 'asana',
    headers: ['x-hook-signature', 'x-hook-secret'],
    event: [['body:events.resource.resource_type', 'body:events.action']],
    between: ' · ',
    senderId: [],
  },
  {
    id: 'trello',
    headers: ['x-trello-webhook'],
    event: [['body:action.type']],
    senderId: [['body:action.id']],
  },
  { id: 'dropbox', headers: ['x-dropbox-signature'], event: [['=files changed']], senderId: [] },
  {
    id: 'box',
    headers: ['box-delivery-id', 'box-signature-primary', 'box-signature-secondary'],
    event: [['body:trigger']],
    senderId: [['body:id'], ['header:box-delivery-id']],
  },
  {
    id: 'docusign',
    headers: ['x-docusign-signature-1'],
    event: [['body:event']],
    senderId: [['body:data.envelopeId', 'body:event', 'body:generatedDateTime']],
  },
  {
    id: 'typeform',
    headers: ['typeform-signature'],
    event: [['body:event_type']],
    senderId: [['body:event_id']],
  },
  {
    id: 'calendly',
    headers: ['calendly-webhook-signature'],
    event: [['body:event']],
    senderId: [['body:payload.uri', 'body:event']],
  },
  {
    id: 'notion',
    headers: ['x-notion-signature'],
    event: [['body:type']],
    senderId: [['body:id']],
    attempt: ['body:attempt_number'],
  },
  {
    id: 'figma',
    body: ['passcode', 'event_type'],
    event: [['body:event_type']],
    senderId: [['body:webhook_id', 'body:timestamp']],
  },
  {
    id: 'contentful',
    headers: ['x-contentful-topic', 'x-contentful-signature'],
    event: [['header:x-contentful-topic']],
    senderId: [['header:x-contentful-idempotency-key']],
  },
  {
    id: 'sanity',
    headers: ['sanity-webhook-signature', 'sanity-operation'],
    event: [['header:sanity-operation']],
    senderId: [['header:idempotency-key']],
  },
  { id: 'workos', headers: ['workos-signature'], event: [['body:event']], senderId: [['body:id']] },
  { id: 'mux', headers: ['mux-signature'], event: [['body:type']], senderId: [['body:id']] },
  {
    id: 'fluxgate',
    headers: ['x-fluxgate-signature', 'x-fluxgate-event'],
    event: [['header:x-fluxgate-event'], ['body:type']],
    senderId: [['body:id']],
  },
  {
    id: 'sns',
    headers: ['x-amz-sns-message-type'],
    event: [['header:x-amz-sns-message-type', 'header:x-amz-sns-topic-arn', 'body:Subject']],
    between: ' · ',
    senderId: [['header:x-amz-sns-message-id'], ['body:MessageId']],
  },
  {
    id: 'azure-event-grid',
    headers: ['aeg-event-type'],
    event: [['body:eventType'], ['header:aeg-event-type']],
    senderId: [['body:id']],
    attempt: ['header:aeg-delivery-count'],
  },
  {
    id: 'cloudevents',
    headers: ['ce-type'],
    body: ['specversion', 'source'],
    event: [['header:ce-type'], ['body:type']],
    senderId: [
      ['header:ce-source', 'header:ce-id'],
      ['body:source', 'body:id'],
    ],
  },
]
