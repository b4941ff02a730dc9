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
