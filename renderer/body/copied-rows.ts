import { withoutStandIns } from './visible-text.ts'

/**
 * What a selection over rows of the viewer copies: the text's own characters where caps stand, no line numbers and no notes, and no
 * line break where only the screen has one.
 */
export function textOfSelection(fragment: DocumentFragment): string {
  const rows = [...fragment.querySelectorAll('[data-row]')]
  if (rows.length === 0) return withoutStandIns(textOfNode(fragment))
  let text = ''
  for (const [at, row] of rows.entries()) {
    const isOneLine = row.getAttribute('data-row') === 'continued' || /[\r\n]$/.test(text)
    text += `${at === 0 || isOneLine ? '' : '\n'}${textOfNode(row)}`
  }
  return withoutStandIns(text)
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
