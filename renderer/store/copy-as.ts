import type { CopyFormat } from '../../protocol/copy-as.ts'
import type { RequestId } from '../../protocol/ids.ts'
import { bodyUrl } from '../../protocol/ipc.ts'
import { ask, copyText } from '../bridge.ts'
import { countOf, formatBytes } from '../format/bytes.ts'
import { exactText } from '../format/exact-text.ts'
import { showFailure, showToast } from './toast.ts'

export const COPY_NAMES: Readonly<Record<CopyFormat, string>> = {
  'curl-bash': 'cURL, bash',
  'curl-powershell': 'cURL, PowerShell',
  'raw-http': 'Raw HTTP',
  json: 'JSON',
}

/** Puts the request on the clipboard, and says what of it was hidden. */
export async function copyAs(id: RequestId, format: CopyFormat, withSecrets: boolean): Promise<void> {
  const copied = await ask('requests:copy-as', { id, format, withSecrets })
  if (!copied.ok) {
    showFailure(copied.error)
    return
  }
  const { hidden } = copied.value
  const what = `Copied as ${COPY_NAMES[format]}`
  showToast('done', hidden.length === 0 ? `${what}.` : `${what}. ${describeHidden(hidden)}`)
}

/** "3 values are hidden: Authorization, X-Hub-Signature, X-Hub-Signature-256". */
export function describeHidden(names: readonly string[]): string {
  const isOne = names.length === 1
  return `${countOf(names.length, 'value')} ${isOne ? 'is' : 'are'} hidden: ${names.join(', ')}`
}

/** The clipboard is for texts that somebody pastes somewhere. */
const MOST_COPIED_BYTES = 1_000_000

export async function copyBody(id: RequestId): Promise<void> {
  const answer = await fetch(bodyUrl(id, 'request'))
  const bytes = new Uint8Array(await answer.arrayBuffer())
  const text = answer.ok ? exactText(bytes) : null
  if (answer.headers.has('creel-gone')) showToast('failed', 'The body is not in the history any more.')
  else if (text === null) showToast('failed', 'The body is no text. Hex shows its bytes.')
  else if (bytes.length > MOST_COPIED_BYTES)
    showToast('failed', `The body has ${formatBytes(bytes.length)}, too much for the clipboard.`)
  else if (await copyText(text)) showToast('done', `Copied the body, ${formatBytes(bytes.length)}.`)
}
