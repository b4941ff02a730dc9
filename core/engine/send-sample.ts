import { request } from 'undici'
import { AppFailure } from '../../protocol/app-error.ts'
import type { SampleName } from '../../protocol/ipc.ts'
import { buildSample } from './samples.ts'

const TIMEOUT_MS = 10_000

/**
 * Posts a sample to an input, as any sender would: it takes the whole way through the relay. Gives the status that the relay answered. It goes to
 * the relay's address as the person entered it: the public URL is the relay's word, and a relay may not make this computer call any host it likes.
 * @throws AppFailure `relay-unavailable` when there is no answer.
 */
export async function sendSample(relayUrl: string, inputId: string, name: SampleName, now: number): Promise<number> {
  const inputUrl = `${relayUrl.replace(/\/+$/, '')}/in/${encodeURIComponent(inputId)}`
  const sample = buildSample(name, now)
  try {
    const answer = await request(inputUrl + sample.path, {
      method: 'POST',
      headers: sample.headers.flatMap((line) => line),
      body: sample.body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    await answer.body.dump()
    return answer.statusCode
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
