import { readJsonFields } from './read-json-fields.ts'
import type { Clues, Recognition } from './recognise-sender.ts'

/** No more of a stranger's body is looked at. */
const MOST_BODY_BYTES = 16 * 1024
const EVENT_FIELDS = ['type', 'event', 'event_type', 'eventType', 'action', 'topic'] as const
const ID_FIELDS = ['id', 'event_id'] as const
const FIELDS: readonly string[] = [...EVENT_FIELDS, ...ID_FIELDS]
const EVENT_HEADER = /^x-event(?:-(?:name|type|key))?$|^x-.+-(?:event|topic)$/
const DELIVERY_HEADER = /^x-.+-delivery(?:-id)?$/

/** What most senders have in common, for one that is not known: an event's name and an id, where they usually stand. */
export function recogniseAnyone({ header, headerNames, body, isForm }: Clues): Recognition {
  const fields = isForm ? new Map<string, string>() : readJsonFields(body.subarray(0, MOST_BODY_BYTES), FIELDS)
  const told = (pattern: RegExp) => headerNames.filter((name) => pattern.test(name)).map(header)
  const event = [...told(EVENT_HEADER), ...EVENT_FIELDS.map((name) => fields.get(name))]
  const id = [
    header('idempotency-key'),
    header('x-request-id'),
    ...told(DELIVERY_HEADER),
    ...ID_FIELDS.map((name) => fields.get(name)),
  ]
  return { provider: null, event: firstText(event), senderId: firstText(id), attempt: null }
}

function firstText(texts: readonly (string | null | undefined)[]): string | null {
  return texts.find((text) => text !== null && text !== undefined && text.trim() !== '') ?? null
}
