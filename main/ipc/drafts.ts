import { AppFailure } from '../../protocol/app-error.ts'
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

export function createDraftHandlers(): DraftHandlers {
  return {
    'drafts:open': missing,
    'drafts:create': missing,
    'drafts:from-curl': missing,
    'drafts:get': missing,
    'drafts:list': () => [],
    'drafts:save': missing,
    'drafts:reset': missing,
    'drafts:delete': missing,
    'drafts:send': missing,
    'drafts:sends': () => [],
    'drafts:look-at-host': missing,
  }
}

function missing(): never {
  throw new AppFailure({ code: 'not-found', message: 'This draft no longer exists.' })
}
