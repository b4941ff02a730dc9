import { MAX_CONTROL_FRAME_BYTES } from '../../protocol/limits.ts'
import type { InputInfo, RelayMessage } from '../../protocol/relay-message.ts'
import type { StreamOptions } from './stream-options.ts'

type Welcome = Extract<RelayMessage, { type: 'welcome' }>

/** The buckets of a connection, as an agent is told of them. */
export function describeBuckets(stream: StreamOptions, bucketIds: readonly string[]): Welcome['buckets'] {
  return bucketIds.flatMap((id) => {
    const bucket = stream.store.admin.bucket(id)
    return bucket ? [{ id, name: bucket.name, ttlMs: bucket.settings.ttlMs ?? stream.defaults.ttlMs }] : []
  })
}

/** Their inputs; `response` is the kind of answer that a sender gets. */
export function describeInputs(stream: StreamOptions, bucketIds: readonly string[]): InputInfo[] {
  return bucketIds.flatMap((bucketId) => {
    const bucket = stream.store.admin.bucket(bucketId)
    return stream.store.admin.inputs(bucketId).map((input) => ({
      id: input.id,
      bucket: bucketId,
      name: input.name,
      url: stream.inputUrl(input.id),
      response: (input.settings.response ?? bucket?.settings.response)?.kind ?? 'accept',
    }))
  })
}

type TellsInputs = Extract<RelayMessage, { type: 'welcome' | 'inputs' }>

/**
 * Leaves out the inputs at the end that a control message has no room for: a larger one would end the agent's connection, each time anew.
 * They are shown to agents and nothing else, so that whatever comes to them is handed out all the same.
 */
export function fitInputs<M extends TellsInputs>(message: M): M {
  let room = MAX_CONTROL_FRAME_BYTES - Buffer.byteLength(JSON.stringify({ ...message, inputs: [] }))
  const end = message.inputs.findIndex((input) => {
    // One more for the comma.
    room -= Buffer.byteLength(JSON.stringify(input)) + 1
    return room < 0
  })
  return end === -1 ? message : { ...message, inputs: message.inputs.slice(0, end) }
}
