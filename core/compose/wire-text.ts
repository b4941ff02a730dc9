const NOT_ASCII = /[^\0-\x7f]+/g

/**
 * Text that a person edited as it goes over the wire, one character a byte. What stood in the original stays as its bytes were, which are shown one
 * character each; what was typed goes as UTF-8.
 */
export function toWireText(text: string, original: string): string {
  const kept = new Set(original.match(NOT_ASCII))
  return text.replaceAll(NOT_ASCII, (run) => (kept.has(run) ? run : utf8Of(run)))
}

/** The same for a request target, in which only visible ASCII may be written. */
export function toWireTarget(text: string, original: string): string {
  const kept = new Set(original.match(NOT_ASCII))
  return text
    .replaceAll(NOT_ASCII, (run) => (kept.has(run) ? run : percentOf(run)))
    .replaceAll(/[\0-\x20\x7f]/g, percentOf)
}

function utf8Of(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

function percentOf(text: string): string {
  return [...Buffer.from(text, 'utf8')].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
}
