import { Notification } from 'electron'
import type { RequestId } from '../../protocol/ids.ts'

/** The desktop's notifications. Whether it is a good moment for one is the system's to know: its Do Not Disturb holds for these, too. */
export type DesktopNotices = {
  show(words: { readonly title: string; readonly body: string }, opens: RequestId): void
  close(): void
}

/** What is clicked long after is of no use to anybody, and must not be kept for ever. */
const KEPT = 20

export function createDesktopNotices(onClick: (id: RequestId) => void): DesktopNotices {
  // Whoever lets go of a notification hears no click of it.
  const shown: Notification[] = []
  return {
    show(words, opens) {
      const notification = new Notification(words)
      notification.on('click', () => onClick(opens))
      notification.on('close', () => {
        const at = shown.indexOf(notification)
        if (at !== -1) shown.splice(at, 1)
      })
      shown.push(notification)
      if (shown.length > KEPT) shown.shift()
      notification.show()
    },
    close() {
      for (const notification of shown.splice(0)) notification.close()
    },
  }
}
