import type { Sender } from './sender.ts'

/** Payments and commerce. */
export const sendersOfCommerce: readonly Sender[] = [
  { id: 'stripe', headers: ['stripe-signature'], event: [['body:type']], senderId: [['body:id']] },
  {
    id: 'shopify',
    headers: ['x-shopify-topic', 'shopify-topic', 'x-shopify-hmac-sha256', 'shopify-hmac-sha256'],
    event: [['header:x-shopify-topic'], ['header:shopify-topic']],
    senderId: [['header:x-shopify-webhook-id'], ['header:shopify-webhook-id'], ['header:x-shopify-event-id']],
  },
  {
    id: 'square',
    headers: ['x-square-hmacsha256-signature', 'x-square-signature'],
    event: [['body:type']],
    senderId: [['body:event_id']],
    attempt: ['header:square-retry-number'],
  },
  {
    id: 'paypal',
    headers: ['paypal-transmission-id', 'paypal-transmission-sig'],
    event: [['body:event_type']],
    senderId: [['body:id'], ['header:paypal-transmission-id']],
  },
  {
    id: 'paddle',
    headers: ['paddle-signature'],
    // Paddle Classic sent forms.
    form: { name: 'p_signature', prefix: '' },
    event: [['body:event_type'], ['form:alert_name']],
    senderId: [['body:event_id'], ['body:notification_id'], ['form:alert_id']],
  },
  {
    id: 'lemonsqueezy',
    headers: ['x-event-name'],
    event: [['header:x-event-name']],
    senderId: [],
  },
  {
    id: 'razorpay',
    headers: ['x-razorpay-signature', 'x-razorpay-event-id'],
    event: [['body:event']],
    senderId: [['header:x-razorpay-event-id']],
  },
  {
    id: 'adyen',
    headers: ['hmacsignature'],
    body: ['notificationItems.NotificationRequestItem.pspReference'],
    event: [['body:notificationItems.NotificationRequestItem.eventCode'], ['body:type']],
    senderId: [
      [
        'body:notificationItems.NotificationRequestItem.eventCode',
        'body:notificationItems.NotificationRequestItem.pspReference',
      ],
      ['body:data.id', 'body:type'],
    ],
  },
  {
    id: 'mollie',
    headers: ['x-mollie-signature'],
    form: { name: 'id', prefix: 'tr_' },
    event: [['body:type'], ['form:id']],
    senderId: [['body:id'], ['form:id']],
  },
  {
    id: 'woocommerce',
    headers: ['x-wc-webhook-topic', 'x-wc-webhook-signature'],
    event: [['header:x-wc-webhook-topic']],
    senderId: [['header:x-wc-webhook-delivery-id']],
  },
  { id: 'bigcommerce', body: ['scope', 'producer', 'hash'], event: [['body:scope']], senderId: [['body:hash']] },
  {
    id: 'gocardless',
    body: ['events.resource_type', 'events.links.organisation'],
    event: [['body:events.resource_type', 'body:events.action']],
    senderId: [['body:meta.webhook_id'], ['body:events.id']],
  },
  {
    id: 'coinbase',
    headers: ['x-cc-webhook-signature'],
    event: [['body:event.type']],
    senderId: [['body:event.id']],
    attempt: ['body:attempt_number'],
  },
  {
    id: 'hook0',
    headers: ['x-hook0-signature'],
    event: [['header:x-event-type'], ['body:type']],
    senderId: [['header:x-event-id'], ['body:id']],
  },
  {
    id: 'plaid',
    headers: ['plaid-verification'],
    event: [['body:webhook_type', 'body:webhook_code'], ['body:webhook_code']],
    between: ' · ',
    senderId: [],
  },
  {
    id: 'quickbooks',
    headers: ['intuit-signature'],
    event: [
      [
        'body:eventNotifications.dataChangeEvent.entities.name',
        'body:eventNotifications.dataChangeEvent.entities.operation',
      ],
      ['body:type'],
    ],
    senderId: [['body:id']],
  },
  {
    id: 'xero',
    headers: ['x-xero-signature'],
    event: [['body:events.eventCategory', 'body:events.eventType']],
    between: ' · ',
    senderId: [['body:events.resourceId', 'body:events.eventDateUtc']],
  },
]
