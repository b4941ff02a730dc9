const SIMPLE: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '?': '?',
}

/** What one escape of bash's `$'…'` stands for, as bytes, and how long it is. */
const ESCAPE = /^\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3})|c([\s\S])|([\s\S]))/

/** Reads the rest of a `$'…'` that begins before `from`. Its bytes, one character each; null when it has no end. */
export function readAnsiString(text: string, from: number): { readonly bytes: string; readonly end: number } | null {
  let bytes = ''
  let at = from
  while (at < text.length) {
    const char = String.fromCodePoint(text.codePointAt(at) ?? 0)
    if (char === "'") return { bytes, end: at + 1 }
    if (char !== '\\') {
      bytes += utf8(char)
      at += char.length
      continue
    }
    const escape = ESCAPE.exec(text.slice(at, at + 10))
    if (escape === null) return null
    bytes += unescaped(escape)
    at += escape[0].length
  }
  return null
}

function unescaped([whole, hex, short, long, octal, control, other]: RegExpExecArray): string {
  if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
  const code = short ?? long
  if (code !== undefined) return fromCode(Number.parseInt(code, 16))
  if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff)
  if (control !== undefined) return String.fromCharCode(control.toUpperCase().charCodeAt(0) & 0x1f)
  return SIMPLE[other ?? ''] ?? utf8(whole)
}

function fromCode(code: number): string {
  return code > 0x10ffff ? '' : utf8(String.fromCodePoint(code))
}

function utf8(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}
