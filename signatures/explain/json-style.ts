/** Ways in which programs write the same JSON. */
export type JsonStyle = {
  readonly layout: 'as-is' | 'minified' | 'spaced' | number
  readonly escapes: 'as-is' | 'raw' | 'lower' | 'upper'
  readonly slashes: 'as-is' | 'escaped' | 'bare'
}

const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s"{}[\]:,]+/gs

/** JSON written in another style: only blanks and escapes change, never a number or the order. */
export function restyle(text: string, style: JsonStyle): string {
  if (style.layout === 'as-is') return text.replace(/"(?:[^"\\]|\\.)*"/gs, (string) => restyleString(string, style))
  const tokens = text.match(TOKENS) ?? []
  const written = tokens.map((token) => (token.startsWith('"') ? restyleString(token, style) : token))
  if (style.layout === 'minified') return written.join('')
  if (style.layout === 'spaced') {
    return written.map((token) => (token === ':' || token === ',' ? `${token} ` : token)).join('')
  }
  return indent(written, style.layout)
}

/** As `JSON.stringify` does with so many blanks. */
function indent(tokens: readonly string[], blanks: number): string {
  let depth = 0
  const newLine = () => `\n${' '.repeat(blanks * depth)}`
  const written: string[] = []
  for (const [index, token] of tokens.entries()) {
    const isEmpty = /^[}\]]$/.test(tokens[index + 1] ?? '')
    if (token === '{' || token === '[') {
      depth += 1
      written.push(isEmpty ? token : token + newLine())
    } else if (token === '}' || token === ']') {
      depth = Math.max(depth - 1, 0)
      written.push(/^[{[]$/.test(tokens[index - 1] ?? '') ? token : newLine() + token)
    } else {
      written.push(token === ',' ? token + newLine() : token === ':' ? ': ' : token)
    }
  }
  return written.join('')
}

function restyleString(string: string, { escapes, slashes }: JsonStyle): string {
  let text = string
  if (slashes === 'escaped') text = text.replace(/(?<!\\)((?:\\\\)*)\//g, String.raw`$1\/`)
  if (slashes === 'bare') text = text.replace(/(?<!\\)((?:\\\\)*)\\\//g, '$1/')
  if (escapes === 'as-is') return text
  if (escapes === 'raw') {
    return text.replace(/(?<!\\)((?:\\\\)*)\\u([0-9a-f]{4})/gi, (whole, before: string, hex: string) => {
      const code = Number.parseInt(hex, 16)
      return code < 0x80 ? whole : before + String.fromCharCode(code)
    })
  }
  const cased = (hex: string) => (escapes === 'lower' ? hex.toLowerCase() : hex.toUpperCase())
  return (
    text
      .replace(/(?<!\\)((?:\\\\)*)\\u([0-9a-f]{4})/gi, (_, before: string, hex: string) => `${before}\\u${cased(hex)}`)
      // oxlint-disable-next-line no-control-regex -- all but ASCII is meant
      .replace(/[^\u0000-\u007f]/g, (character) => {
        return [...Array(character.length).keys()]
          .map((at) => `\\u${cased(character.charCodeAt(at).toString(16).padStart(4, '0'))}`)
          .join('')
      })
  )
}
