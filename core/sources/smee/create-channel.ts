import { AppFailure } from '../../../protocol/app-error.ts'
import { ask } from '../../network/ask.ts'
import type { Network } from '../../network/network.ts'
import { describeError } from '../creel/describe-error.ts'
import { readChannelAddress } from './channel-address.ts'

const TIMEOUT_MS = 15_000

/**
 * Asks a smee server for a channel of its own (`GET /new` answers with a redirect to it). Gives the channel's URL.
 * @throws AppFailure `relay-unavailable` with what was answered instead.
 */
export async function createChannel(server: string, network: Network): Promise<string> {
  const { host, origin, protocol } = new URL(server)
  let location: string
  let status: number
  try {
    const answer = await ask(`${origin}/new`, { agent: network.agent, timeoutMs: TIMEOUT_MS })
    location = answer.header('location')
    status = answer.status
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error(String(cause))
    throw new AppFailure(unavailable(describeError(error, host).reason), { cause })
  }
  const channel = URL.canParse(location, origin) ? new URL(location, origin) : null
  if (status < 300 || status >= 400 || channel === null || readChannelAddress(channel.href) === null) {
    throw new AppFailure(unavailable(`${host} gave no channel (it answered ${status}).`))
  }
  // A server behind a proxy may not know that it is reached over TLS; another host than the one asked is not believed.
  if (channel.host !== host)
    throw new AppFailure(unavailable(`${host} names a channel on another host, ${channel.host}.`))
  channel.protocol = protocol
  return channel.href
}

function unavailable(message: string) {
  const fix = 'Try again later, or paste the URL of a channel that you made in a browser.'
  return { code: 'relay-unavailable', message, fix } as const
}
