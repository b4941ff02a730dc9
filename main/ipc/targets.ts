import { AppFailure } from '../../protocol/app-error.ts'
import { isLoopbackUrl } from '../../protocol/target.ts'
import type { Engine } from '../../core/engine/engine.ts'
import { withoutUndefined } from '../defined.ts'
import type { SettingsStore } from '../settings-store.ts'
import type { Handlers } from './answer.ts'

type TargetHandlers = Pick<Handlers, 'targets:add' | 'targets:update' | 'targets:remove' | 'targets:probe'>

export function createTargetHandlers(engine: Engine, settings: SettingsStore): TargetHandlers {
  /** A host that is not this computer is asked about once, then remembered. */
  async function allowHost(url: string, confirmedHost: string | undefined): Promise<void> {
    // Its shape is right, but no address can be made of it: `http://127.0.0.300`.
    if (!URL.canParse(url)) {
      throw new AppFailure({
        code: 'bad-input',
        message: 'There can be no host of this name, so requests cannot be sent there.',
        field: 'url',
      })
    }
    if (isLoopbackUrl(url)) return
    const { host } = new URL(url)
    if (settings.current().allowedHosts.includes(host)) return
    if (confirmedHost !== host) {
      throw new AppFailure({
        code: 'not-allowed',
        message: `${host} is not this computer.`,
        fix: `Confirm that requests may be sent to ${host}.`,
        field: 'confirmedHost',
      })
    }
    await settings.save({ allowedHosts: [...settings.current().allowedHosts, host] })
  }

  return {
    'targets:add': async ({ url, options, confirmedHost }) => {
      await allowHost(url, confirmedHost)
      return engine.targets.add({ url, options: options && withoutUndefined(options) })
    },
    'targets:update': async ({ id, url, options, held, confirmedHost }) => {
      if (url !== undefined) await allowHost(url, confirmedHost)
      return engine.targets.update(id, { url, options: options && withoutUndefined(options), held })
    },
    'targets:remove': async ({ id }) => {
      await engine.targets.remove(id)
      return null
    },
    'targets:probe': ({ id }) => {
      engine.targets.probe(id)
      return null
    },
  }
}
