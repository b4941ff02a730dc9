import { z } from 'zod'
import { TargetId } from './ids.ts'
import { command, Name, Nothing } from './ipc-command.ts'
import { ChannelUrl, PublicUrl, RelayUrl, type Source } from './source.ts'

/** The ways in beside a relay with a token, and how relays are reached. */
export const doorCommands = {
  /** Asks a smee server for a channel of its own. */
  'channels:create': command(z.strictObject({ server: RelayUrl })).answers<{ readonly url: string }>(),
  /** Listens to a channel until it says that it is ready, or why it cannot be read. */
  'channels:test': command(z.strictObject({ url: ChannelUrl })).answers<{ readonly roundTripMs: number }>(),
  'channels:add': command(
    z.strictObject({ name: Name, url: ChannelUrl, targets: z.array(TargetId).max(100) }),
  ).answers<Source>(),
  /** Whether a tunnel's public address leads to the relay of this computer: a request goes there and must come out here. Changes nothing. */
  'relay:prove-public-url': command(z.strictObject({ url: PublicUrl })).answers<{
    readonly status: number
    readonly roundTripMs: number
  }>(),
  /** What the URLs of the relay of this computer begin with from now on; null = its own address again. */
  'relay:set-public-url': command(z.strictObject({ url: PublicUrl.nullable() })).answers<null>(),
  /** Authorities that relays' certificates may come from beside the usual ones: a file in PEM form; null = none. */
  'network:set-authorities': command(z.strictObject({ file: z.string().trim().min(1).max(4096).nullable() })).answers<{
    readonly certificates: number
  }>(),
  /** After its port was taken: another one, which changes the URLs. */
  'relay:use-another-port': command(Nothing).answers<null>(),
} as const
