import type { Engine } from '../../core/engine/engine.ts'
import type { SettingsStore } from '../settings-store.ts'
import { allowToSend } from './allow-to-send.ts'
import type { Handlers } from './answer.ts'

type ResendHandlers = Pick<Handlers, 'requests:resend' | 'requests:resend-many' | 'resends:cancel' | 'resends:list'>

export function createResendHandlers(engine: Engine, settings: SettingsStore): ResendHandlers {
  return {
    'requests:resend': async ({ id, targetId, url, ...answer }) => {
      if (url === undefined) return { deliveries: await engine.resend(id, targetId) }
      await allowToSend(settings, url, answer)
      return { deliveries: await engine.resendTo(id, url) }
    },
    'requests:resend-many': async ({ ids, order, pacePerSecond, to, ...answer }) => {
      if (to.kind === 'url') await allowToSend(settings, to.url, answer)
      return engine.resends.start({ ids, order, pacePerSecond, to })
    },
    'resends:cancel': async ({ id }) => {
      await engine.resends.cancel(id)
      return null
    },
    'resends:list': () => engine.resends.list(),
  }
}
