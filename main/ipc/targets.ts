import type { Engine } from '../../core/engine/engine.ts'
import { withoutUndefined } from '../defined.ts'
import type { SettingsStore } from '../settings-store.ts'
import { allowToSend } from './allow-to-send.ts'
import type { Handlers } from './answer.ts'

type TargetHandlers = Pick<Handlers, 'targets:add' | 'targets:update' | 'targets:remove' | 'targets:probe'>

export function createTargetHandlers(engine: Engine, settings: SettingsStore): TargetHandlers {
  const allowHost = (url: string, confirmedHost: string | undefined): Promise<void> =>
    allowToSend(settings, url, { confirmedHost, rememberHost: true })

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
