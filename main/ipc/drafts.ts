import { AppFailure } from '../../protocol/app-error.ts'
import type { HostLook } from '../../protocol/draft.ts'
import { isLoopbackUrl } from '../../protocol/target.ts'
import { readDraftUrl } from '../../core/compose/draft-url.ts'
import { lookAtHost } from '../../core/compose/look-at-host.ts'
import type { Engine } from '../../core/engine/engine.ts'
import type { SettingsStore } from '../settings-store.ts'
import { allowToSend } from './allow-to-send.ts'
import type { Handlers } from './answer.ts'

type DraftHandlers = Pick<
  Handlers,
  | 'drafts:open'
  | 'drafts:create'
  | 'drafts:from-curl'
  | 'drafts:get'
  | 'drafts:list'
  | 'drafts:save'
  | 'drafts:reset'
  | 'drafts:delete'
  | 'drafts:send'
  | 'drafts:sends'
  | 'drafts:look-at-host'
>

export function createDraftHandlers({ drafts }: Engine, settings: SettingsStore): DraftHandlers {
  return {
    'drafts:open': ({ requestId }) => drafts.open(requestId),
    'drafts:create': () => drafts.create(),
    'drafts:from-curl': ({ text }) => drafts.fromCurl(text),
    'drafts:get': ({ id }) => drafts.get(id),
    'drafts:list': () => drafts.list(),
    'drafts:save': ({ id, ...save }) => drafts.save(id, save),
    'drafts:reset': ({ id }) => drafts.reset(id),
    'drafts:delete': async ({ id }) => {
      await drafts.delete(id)
      return null
    },
    'drafts:send': async ({ id, save, ...answer }) => {
      // Saved first: whatever comes of the sending, what was typed is kept.
      const draft = save === undefined ? await drafts.get(id) : await drafts.save(id, save)
      await allowToSend(settings, await drafts.destination(draft), answer)
      return drafts.send(draft)
    },
    'drafts:sends': ({ id }) => drafts.sends(id),
    'drafts:look-at-host': ({ url }) => look(settings, url),
  }
}

async function look(settings: SettingsStore, url: string): Promise<HostLook> {
  const read = readDraftUrl(url)
  if ('problem' in read) throw new AppFailure({ code: 'bad-input', message: read.problem, fix: read.fix, field: 'url' })
  const { address } = read
  const { host } = new URL(address.origin)
  const isLoopback = isLoopbackUrl(address.origin)
  const isAllowed = isLoopback || settings.current().allowedHosts.includes(host)
  return { host, isLoopback, isAllowed, ...(await lookAtHost(address)) }
}
