import { expect, type Page } from '@playwright/test'
import type { SourceId } from '../../protocol/ids.ts'
import type { Payload } from '../helpers/payloads.ts'
import { exchangeRaw } from '../helpers/raw-http.ts'
import type { StandaloneRelay } from '../helpers/standalone-relay.ts'
import { ask } from '../helpers/window.ts'
import { atEarlier, github, other, PUBLIC_HOST, reserialised, send, stripe } from './traffic.ts'

/** Long enough not to fit into the two lines of the head. */
export const LONG_PATH =
  '/partners/harborline-goods/stores/eu-west-3/orders/2026/08/21/H-20418/shipments/parcels/track.json' +
  '?carrier=postnord&lang=sv-SE&sig=9f2c4be1a41b&expand=items,customer,returns&trace=01J5W3Q8'

/** Everything that a reading view would smooth over. */
const QUIRKS: Pick<Payload, 'path' | 'headers' | 'body'> = {
  path: '/quirks?b=2&a=1&b=%20',
  headers: [
    ['content-type', 'application/json'],
    ['X-Trace', 'one'],
    ['x-trace', 'two'],
  ],
  body: Buffer.concat([
    Buffer.from(
      '\uFEFF{"amount": 1.00,\r\n "id":2718281828459045235,\r\n "name":"Z\\u00fcrich \u2013 München",\r\n' +
        ' "note" : "tab\there",\r\n\r\n "empty":{}, "empty":[ ]\r\n}\r\n',
    ),
    Buffer.from([0, 0xff, 0xfe]),
  ]),
}

function plain(path: string, contentType: string | null, body: string): Pick<Payload, 'path' | 'headers' | 'body'> {
  return { path, headers: contentType === null ? [] : [['Content-Type', contentType]], body: Buffer.from(body) }
}

/** Twenty requests while the app is away from a bucket that holds six: fourteen are lost, and told of. */
export async function postOldTraffic(page: Page, sourceId: SourceId, inputUrl: string): Promise<void> {
  await waitForState(page, sourceId, 'connected')
  await ask(page, 'sources:update', { id: sourceId, disconnected: true })
  await waitForState(page, sourceId, 'disconnected')
  const events = [
    'star',
    'watch',
    'label',
    'milestone',
    'deployment',
    'page_build',
    'create',
    'delete',
    'status',
    'team',
  ]
  for (let at = 0; at < 20; at += 1)
    await atEarlier(200 - at * 5, () => send(inputUrl, github(events[at % events.length] ?? 'star')))
  await ask(page, 'sources:update', { id: sourceId, disconnected: false })
  await expect.poll(async () => (await ask(page, 'app:snapshot', {})).counts.total).toBe(7)
  await ask(page, 'sources:update', { id: sourceId, disconnected: true })
  await waitForState(page, sourceId, 'disconnected')
}

/** What real senders sent in the past hour, oldest first: minutes ago, and what. */
export async function postPastHour({ inputUrl, relay }: StandaloneRelay): Promise<void> {
  const post = (minutes: number, make: () => Pick<Payload, 'path' | 'headers' | 'body'>, method?: string) =>
    atEarlier(minutes, () => send(inputUrl, make(), method))
  await post(58, () => stripe('customer.subscription.updated'))
  await post(55, () => github('star'))
  await post(51, () => github('workflow_run'))
  await post(47, () => plain('/devices/9931/state', 'application/json', '{"on":true,"level":0.50}'), 'PATCH')
  await post(44, () => plain('/hooks/9931', null, ''), 'DELETE')
  await post(38, () => github('release'))
  await post(33, () => other('sns notification'))
  await post(24, () => plain('/stores/eu-west-3/products/9921', 'application/xml', '<product id="9921"/>'), 'PUT')
  await post(18, () => github('check_suite'))
  await post(14, () => github('check_run'))
  await atEarlier(11, () => postTooLarge(inputUrl, relay.port))
  await post(9, () => plain('/verify?hub.mode=subscribe&hub.challenge=1158201444', null, ''), 'GET')
  await post(8, () => other('slack command'))
  await post(7, () => plain(LONG_PATH, 'application/json', '{"type":"parcel.scanned","parcel":"H-20418-1"}'))
  await post(6, () => QUIRKS)
  await post(5, () => stripe('invoice.payment_failed'))
  await post(4, () => github('pull_request'))
  await post(3, () => stripe('charge.refunded'))
  await post(2, () => reserialised(github('issue_comment')))
  await post(1, () => github('issues'))
  await post(0.5, () => stripe())
  await post(0.1, () => github('push'))
}

/** Claims a body over the relay's limit; the relay refuses it before it is sent. */
async function postTooLarge(inputUrl: string, port: number): Promise<void> {
  const path = `${new URL(inputUrl).pathname}/uploads`
  const lines = [
    `POST ${path} HTTP/1.1`,
    `Host: ${PUBLIC_HOST}`,
    'Content-Type: application/zip',
    'Content-Length: 32925286',
  ]
  const { status } = await exchangeRaw(port, `${lines.join('\r\n')}\r\n\r\n`)
  if (status !== 413) throw new Error(`The relay answered ${status} to a body that is too large.`)
}

/** Until all that waited is here and sent, but for the push, which its target still works on. */
export async function catchUp(page: Page, sourceId: SourceId): Promise<void> {
  await waitForState(page, sourceId, 'connected')
  await expect.poll(async () => (await ask(page, 'app:snapshot', {})).counts.total).toBe(7 + 22)
  await expect
    .poll(async () => {
      const { targetStatuses } = await ask(page, 'app:snapshot', {})
      return targetStatuses.reduce((sum, { sending, queued }) => sum + sending + queued, 0)
    })
    .toBe(1)
}

export async function postAtHome(inputUrl: string): Promise<void> {
  await send(
    inputUrl,
    plain(
      '/orders/create?shop=harborline-goods',
      'application/json',
      '{"id":5843017293811204096,"confirmed":true,"currency":"EUR","current_total_price":118.00,"name":"#H-20418"}',
    ),
  )
  await send(
    inputUrl,
    plain('/orders/paid?shop=harborline-goods', 'application/json', '{"id":5843017293811204096,"paid":true}'),
  )
}

export async function waitForState(page: Page, id: SourceId, state: string): Promise<void> {
  await expect
    .poll(async () => {
      const { sourceStatuses } = await ask(page, 'app:snapshot', {})
      return sourceStatuses.find((status) => status.id === id)?.connection.state
    })
    .toBe(state)
}
