import { AppFailure } from '../../protocol/app-error.ts'
import { AuthorityProblem, readAuthorities } from '../../core/network/authorities.ts'
import type { Network } from '../../core/network/network.ts'
import type { Engine } from '../../core/engine/engine.ts'
import { checkChannel } from '../../core/sources/smee/check-channel.ts'
import { createChannel } from '../../core/sources/smee/create-channel.ts'
import type { SettingsStore } from '../settings-store.ts'
import type { Handlers } from './answer.ts'

type DoorHandlers = Pick<
  Handlers,
  | 'channels:create'
  | 'channels:test'
  | 'channels:add'
  | 'relay:prove-public-url'
  | 'relay:set-public-url'
  | 'network:set-authorities'
>

export type DoorOptions = {
  readonly engine: Engine
  readonly settings: SettingsStore
  readonly network: Network
  readonly restartEmbeddedRelay: () => Promise<void>
  readonly onSettings: () => void
}

/** The ways by which webhooks reach this computer, beside a relay with a token: a public channel, a tunnel, and what a company's network asks for. */
export function createDoorHandlers(options: DoorOptions): DoorHandlers {
  const { engine, settings, network } = options

  /** Path of the first input of the relay of this computer. */
  function ownInputPath(): string {
    const source = engine.sources.all().find((one) => one.kind === 'embedded')
    const input = source === undefined ? undefined : engine.sources.inputs(source.id)[0]
    if (source?.disconnected === true) {
      throw new AppFailure({
        code: 'conflict',
        message: `"${source.name}" is disconnected, so nothing could come out here.`,
        fix: 'Connect it first.',
      })
    }
    if (input !== undefined) return `/in/${input.id}`
    throw new AppFailure({
      code: 'relay-unavailable',
      message: 'The relay of this computer is not running yet.',
      fix: 'Try again in a moment.',
    })
  }

  return {
    'channels:create': async ({ server }) => ({ url: await createChannel(server, network) }),
    'channels:test': async ({ url }) => ({
      roundTripMs: await checkChannel({ url, network, monotonic: () => performance.now() }),
    }),
    'channels:add': ({ name, url, targets }) =>
      engine.sources.add({ kind: 'smee', name, relayUrl: url, buckets: [], targets, token: null }),
    'relay:prove-public-url': ({ url }) => engine.proveWay(url + ownInputPath()),
    'relay:set-public-url': async ({ url }) => {
      await settings.save({ publicUrl: url })
      options.onSettings()
      await options.restartEmbeddedRelay()
      return null
    },
    'network:set-authorities': async ({ file }) => {
      const certificates = file === null ? 0 : countAuthorities(file)
      await settings.save({ caFile: file })
      options.onSettings()
      // A relay that was not trusted may be now.
      engine.sources.retryNow(null)
      return { certificates }
    },
  }
}

function countAuthorities(file: string): number {
  try {
    return readAuthorities(file).length
  } catch (problem) {
    if (!(problem instanceof AuthorityProblem)) throw problem
    throw new AppFailure({ code: 'bad-input', message: problem.message, field: 'file' }, { cause: problem })
  }
}
