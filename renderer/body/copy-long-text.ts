import { copyText } from '../bridge.ts'

/** What the app takes in one piece. */
const MAX_BRIDGE_CHARACTERS = 1_048_576

/** Copies a text of any length: long ones by the page itself, as a person's own Ctrl C would. */
export async function copyLongText(text: string): Promise<boolean> {
  if (text.length <= MAX_BRIDGE_CHARACTERS) return await copyText(text)
  const put = (event: ClipboardEvent): void => {
    event.clipboardData?.setData('text/plain', text)
    event.preventDefault()
    event.stopImmediatePropagation()
  }
  document.addEventListener('copy', put, { capture: true, once: true })
  try {
    // Deprecated, but the one way that asks for no permission: all permission requests are denied.
    return document.execCommand('copy')
  } finally {
    document.removeEventListener('copy', put, { capture: true })
  }
}
