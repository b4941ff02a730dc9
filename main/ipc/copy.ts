import { AppFailure } from '../../protocol/app-error.ts'
import type { Handlers } from './answer.ts'

type CopyHandlers = Pick<Handlers, 'requests:copy-as'>

export function createCopyHandlers(): CopyHandlers {
  return {
    'requests:copy-as': () => {
      throw new AppFailure({ code: 'not-found', message: 'This request is no longer in the history.' })
    },
  }
}
