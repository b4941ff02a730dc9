/** A field of a form, bytes with one character each. */
export type FormPart = {
  readonly name: string
  readonly value: string
  readonly fileName: string | null
  readonly type: string | null
  /** More lines of its head. */
  readonly headers: readonly string[]
}

/** A form as curl writes it (RFC 7578), its bytes one character each. */
export function buildMultipart(parts: readonly FormPart[], boundary: string): string {
  const written = parts.map(({ name, value, fileName, type, headers }) => {
    const file = fileName === null ? '' : `; filename="${quoted(fileName)}"`
    const head = [
      `Content-Disposition: form-data; name="${quoted(name)}"${file}`,
      ...(type === null ? [] : [`Content-Type: ${type}`]),
      ...headers,
    ]
    return `--${boundary}\r\n${head.join('\r\n')}\r\n\r\n${value}\r\n`
  })
  return `${written.join('')}--${boundary}--\r\n`
}

function quoted(text: string): string {
  return text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

/**
 * Reads what stands behind `-F`: `name=value`, with `;type=`, `;filename=` and `;headers=` behind it, and quotes around what has a semicolon.
 * Null when it has no name.
 */
export function readFormPart(written: string): FormPart | null {
  const equals = written.indexOf('=')
  if (equals === -1) return null
  const name = written.slice(0, equals)
  const [value, after] = readFormValue(written.slice(equals + 1))
  let part: FormPart = { name, value, fileName: null, type: null, headers: [] }
  let rest = after
  for (let option = OPTION.exec(rest); option !== null; option = OPTION.exec(rest)) {
    const [text, behind] = readFormValue(rest.slice(option[0].length))
    if (option[1] === 'type')
      part = { ...part, type: text + (behind.startsWith(';') && !OPTION.test(behind) ? behind : '') }
    if (option[1] === 'filename') part = { ...part, fileName: text }
    if (option[1] === 'headers') part = { ...part, headers: [...part.headers, text] }
    rest = option[1] === 'type' && !OPTION.test(behind) ? '' : behind
  }
  return part
}

const OPTION = /^;\s*(type|filename|headers|encoder)=/

/** A value, in quotes or up to the next option, and what stands behind it. */
function readFormValue(text: string): readonly [value: string, rest: string] {
  const quoted = /^"((?:[^"\\]+|\\[\s\S])*)"/.exec(text)
  if (quoted) return [(quoted[1] ?? '').replace(/\\(["\\])/g, '$1'), text.slice(quoted[0].length)]
  const end = text.search(/;\s*(?:type|filename|headers|encoder)=/)
  return end === -1 ? [text, ''] : [text.slice(0, end), text.slice(end)]
}
