import { withoutStandIns } from './visible-text.ts'

/**
 * What a selection over rows of the viewer copies: the text's own characters where caps stand, no line numbers and no notes, and no
 * line break where only the screen has one.
 */
export function textOfSelection(fragment: DocumentFragment): string {
  const rows = [...fragment.querySelectorAll('[data-row]')]
  if (rows.length === 0) return withoutStandIns(textOfNode(fragment))
  return withoutStandIns(
    joinRows(rows.map((row) => ({ text: textOfNode(row), continued: row.getAttribute('data-row') === 'continued' }))),
  )
}

/** Lines that end with something else than LF bring their end along, as a cap; the others get one when a line follows. */
export function joinRows(rows: readonly { readonly text: string; readonly continued: boolean }[]): string {
  const lines: string[] = []
  for (const { text, continued } of rows) {
    const begun = continued ? lines.pop() : undefined
    lines.push((begun ?? '') + text)
  }
  return lines.map((line, at) => (at < lines.length - 1 && !/[\r\n]$/.test(line) ? `${line}\n` : line)).join('')
}

function textOfNode(node: Node): string {
  if (node instanceof Element) {
    if (node.hasAttribute('data-skip')) return ''
    const real = node.getAttribute('data-real')
    if (real !== null) return real
  }
  if (node.nodeType === Node.TEXT_NODE) return node.nodeValue ?? ''
  return [...node.childNodes].map(textOfNode).join('')
}
