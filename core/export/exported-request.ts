import type { HeaderLine, RequestDetail } from '../../protocol/request.ts'
import { HIDDEN } from '../../protocol/redaction.ts'

/** A request as it leaves the app for somebody else. */
export type ExportedRequest = {
  /** As it was received, its secret values hidden. */
  readonly request: RequestDetail
  readonly body: Uint8Array
  /** As it would be sent from here: whole URL, and the lines that nobody else sets. */
  readonly sent: { readonly origin: string; readonly target: string; readonly headers: readonly HeaderLine[] }
}

/** Hides values of header lines. `hidden` collects the names of those that were, as written, each once. */
export function hideValues(
  headers: readonly HeaderLine[],
  isSecret: (name: string) => boolean,
  hidden: Set<string>,
): HeaderLine[] {
  return headers.map(([name, value]) => {
    if (value === '' || !isSecret(name)) return [name, value]
    hidden.add(name)
    return [name, HIDDEN]
  })
}

/** The text that bytes are in UTF-8; null when they are none, or have a NUL, which no command line can carry. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return text.includes('\0') ? null : text
  } catch {
    return null
  }
}

/** A latin-1 value of the wire as its bytes. */
export function wireBytes(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}

/** Methods that say `content-length: 0` when they have no body. */
export const EXPECTS_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'QUERY', 'PROPFIND', 'PROPPATCH'])
