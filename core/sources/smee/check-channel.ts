import { AppFailure } from '../../../protocol/app-error.ts'
import type { Network } from '../../network/network.ts'
import { readChannelAddress } from './channel-address.ts'
import { openEventStream, type StreamEnd } from './event-stream.ts'

const TIMEOUT_MS = 10_000

/**
 * Listens to a channel until it says that it is ready. Gives how long that took, ms.
 * @throws AppFailure with why it cannot be read.
 */
export async function checkChannel(wanted: {
  readonly url: string
  readonly network: Network
  readonly monotonic: () => number
}): Promise<number> {
  const address = readChannelAddress(wanted.url)
  if (address === null) {
    const message = 'This is not the URL of a channel: it looks like https://smee.io/abcDEF123.'
    throw new AppFailure({ code: 'bad-input', message, field: 'url' })
  }
  const startedAt = wanted.monotonic()
  const end = await new Promise<StreamEnd | null>((resolve) => {
    const finish = (why: StreamEnd | null): void => {
      clearTimeout(timer)
      stream.drop()
      resolve(why)
    }
    const reason = `${address.host} did not say within ${TIMEOUT_MS / 1000} s that it is ready.`
    const timer = setTimeout(() => finish({ reason, isFinal: false }), TIMEOUT_MS)
    const stream = openEventStream(address, wanted.network.agent, {
      onHeard: () => undefined,
      onEvent: (name) => {
        if (name === 'ready') finish(null)
      },
      onEnd: finish,
    })
  })
  if (end === null) return wanted.monotonic() - startedAt
  const fix = 'Check the URL: it is the one that the page of the channel shows.'
  throw new AppFailure({ code: 'relay-unavailable', message: end.reason, fix, field: 'url' })
}
