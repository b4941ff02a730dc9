import { layOutJson, jsonLineSpans } from '../../body/json-layout.ts'

/**
 * The same JSON with line breaks and two blanks a level. Every key, number and text stays as it is written, in its order. Null when the
 * text is no JSON, for then nobody knows where its lines end.
 */
export function formatJson(text: string): string | null {
  const start = text.startsWith('\ufeff') ? 1 : 0
  const layout = layOutJson(text, start)
  if (!layout.ok) return null
  const { table } = layout
  const lines = Array.from({ length: table.count() }, (_, line) => {
    const spans = jsonLineSpans(text, table.start(line), table.end(line))
    const content = spans.filter(({ kind }) => kind !== 'note').map((span) => span.text)
    return '  '.repeat(table.depth(line)) + content.join('')
  })
  return text.slice(0, start) + lines.join('\n') + (text.endsWith('\n') ? '\n' : '')
}
