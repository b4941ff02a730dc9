import { AppFailure } from '../../protocol/app-error.ts'
import type { Handlers } from './answer.ts'

type ResendHandlers = Pick<Handlers, 'requests:resend-many' | 'resends:cancel' | 'resends:list'>

export function createResendHandlers(): ResendHandlers {
  return {
    'requests:resend-many': missing,
    'resends:cancel': missing,
    'resends:list': () => [],
  }
}

function missing(): never {
  throw new AppFailure({ code: 'not-found', message: 'This job no longer exists.' })
}
