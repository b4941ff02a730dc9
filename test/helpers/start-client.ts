import { createRelayClient, type RelayClientTuning } from '../../core/sources/creel/client.ts'
import type { RelayClient, RelayClientOptions } from '../../core/sources/relay-client.ts'
import type { SourceConnection, SourceInput } from '../../protocol/source.ts'
import { createRecordingSink, type RecordingSink } from './recording-sink.ts'

export type TestClient = {
  readonly client: RelayClient
  readonly sink: RecordingSink
  /** Every state it told of. */
  readonly states: SourceConnection[]
  readonly inputs: () => readonly SourceInput[]
  readonly welcomed: () => unknown
}

/** A real client with a sink that records; connects at once. */
export function startClient(
  wanted: Pick<RelayClientOptions, 'relayUrl' | 'token'> & Partial<RelayClientOptions>,
  tuning?: RelayClientTuning,
): TestClient {
  const sink = createRecordingSink()
  const states: SourceConnection[] = []
  let inputs: readonly SourceInput[] = []
  let welcomed: unknown = null
  const client = createRelayClient(
    {
      buckets: [],
      subscription: 'test',
      agent: { name: 'creel-test', version: '1.0.0' },
      sink,
      now: () => Date.now(),
      monotonic: () => performance.now(),
      random: () => 0.1,
      onConnection: (connection) => states.push(connection),
      onWelcome: (told) => {
        welcomed = told
      },
      onInputs: (told) => {
        inputs = told
      },
      ...wanted,
    },
    tuning,
  )
  client.start()
  return { client, sink, states, inputs: () => inputs, welcomed: () => welcomed }
}
