import { AppFailure } from '../../protocol/app-error.ts'
import type { SampleName } from '../../protocol/ipc.ts'
import type { Source, SourceInput } from '../../protocol/source.ts'
import { ask } from '../network/ask.ts'
import type { Network } from '../network/network.ts'
import { buildSample } from './samples.ts'

const TIMEOUT_MS = 10_000

/**
 * Where an input is reached at the relay's address as the person entered it: the public URL is the relay's word, and a relay may not make this
 * computer call any host it likes.
 */
function ownInputUrl(relayUrl: string, inputId: string): string {
  return `${relayUrl.replace(/\/+$/, '')}/in/${encodeURIComponent(inputId)}`
}

/** Where a source takes samples in. @throws AppFailure `relay-unavailable` before its relay has told. */
export function sampleUrl(source: Source | null, [input]: readonly SourceInput[]): string {
  if (input !== undefined && source !== null) {
    return source.kind === 'smee' ? source.relayUrl : ownInputUrl(source.relayUrl, input.id)
  }
  throw new AppFailure({
    code: 'relay-unavailable',
    message: 'The relay has not told yet where it receives requests.',
    fix: 'Wait until the source is connected.',
  })
}

/**
 * Posts a sample to an input, as any sender would: it takes the whole way through the relay. Gives the status that the relay answered.
 * @throws AppFailure `relay-unavailable` when there is no answer.
 */
export async function sendSample(wanted: {
  readonly inputUrl: string
  /** False for a channel, which has no paths of its own below it. */
  readonly hasPaths: boolean
  readonly name: SampleName
  readonly now: number
  readonly network: Network
}): Promise<number> {
  const { inputUrl, network } = wanted
  const sample = buildSample(wanted.name, wanted.now)
  const path = wanted.hasPaths ? sample.path : ''
  try {
    const answer = await ask(inputUrl + path, {
      method: 'POST',
      headers: sample.headers.flatMap((line) => line),
      body: new TextEncoder().encode(sample.body),
      agent: network.agent,
      timeoutMs: TIMEOUT_MS,
    })
    return answer.status
  } catch (cause) {
    throw new AppFailure(
      {
        code: 'relay-unavailable',
        message: `${new URL(inputUrl).host} did not answer the test webhook.`,
        fix: 'See whether the source is connected, then send it again.',
      },
      { cause },
    )
  }
}
