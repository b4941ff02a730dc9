import type { Engine } from '../../core/engine/engine.ts'
import type { SettingsStore } from '../settings-store.ts'
import { allowComposed, allowToSend } from './allow-to-send.ts'
import type { Handlers } from './answer.ts'

type ResendHandlers = Pick<
  Handlers,
  'requests:resend' | 'requests:resend-signed' | 'requests:resend-many' | 'resends:cancel' | 'resends:list'
>

export function createResendHandlers(engine: Engine, settings: SettingsStore): ResendHandlers {
  return {
    'requests:resend': async ({ id, targetId, url, ...answer }) => {
      if (url !== undefined) {
        await allowToSend(settings, url, answer)
        return { deliveries: await engine.resendTo(id, url) }
      }
      if (targetId === null) await allowComposed(engine, settings, [id], answer)
      return { deliveries: await engine.resend(id, targetId) }
    },
    'requests:resend-signed': async ({ id, ...answer }) => {
      const sent = await engine.drafts.resendSigned(id, (origin) => allowToSend(settings, origin, answer))
      return { id: sent.id }
    },
    'requests:resend-many': async ({ ids, order, pacePerSecond, to, ...answer }) => {
      if (to.kind === 'url') await allowToSend(settings, to.url, answer)
      if (to.kind === 'own') await allowComposed(engine, settings, ids, answer)
      return engine.resends.start({ ids, order, pacePerSecond, to })
    },
    'resends:cancel': async ({ id }) => {
      await engine.resends.cancel(id)
      return null
    },
    'resends:list': () => engine.resends.list(),
  }
}
