import { ipcMain, type WebContents, type WebFrameMain } from 'electron'
import { fail } from '../../protocol/app-error.ts'
import { ASK_PREFIX, commands, TELL_PREFIX, type EventName, type Events } from '../../protocol/ipc.ts'
import { answer, type Handlers, type LogBug } from './answer.ts'

/**
 * Opens the one door between the page and main: every command under its own channel, the sender checked once, here. A channel that no command
 * has cannot exist; `ask:` without a known name is answered `unknown-command` by the preload's own list.
 * Returns the way to close it.
 */
export function openIpc(options: {
  readonly handlers: Handlers
  readonly isOurPage: (frame: WebFrameMain | null) => boolean
  readonly logBug: LogBug
}): () => void {
  const names = Object.keys(commands)
  for (const name of names) {
    ipcMain.handle(ASK_PREFIX + name, (event, input: unknown) => {
      if (!options.isOurPage(event.senderFrame)) {
        return fail({ code: 'not-allowed', message: 'Only the window of Creel may ask this.' })
      }
      return answer(options.handlers, { name, input }, options.logBug)
    })
  }
  return () => {
    for (const name of names) ipcMain.removeHandler(ASK_PREFIX + name)
  }
}

/** Tells a window what happened. A window that is closing hears nothing more. */
export function tell<K extends EventName>(page: WebContents, name: K, event: Events[K]): void {
  if (!page.isDestroyed()) page.send(TELL_PREFIX + name, event)
}
