import { KIB } from '../../protocol/limits.ts'
import { curlArguments } from './curl-arguments.ts'
import { textOf, wireBytes, type ExportedRequest } from './exported-request.ts'

/** Linux takes no argument of more than 128 KiB. */
const MOST_ARGUMENT_BYTES = 100 * KIB
const BASE64_LINE = 76

/** A command for bash and zsh that sends the same bytes. A body that is no text, or too long for an argument, is decoded on the way. */
export function toCurlBash(exported: ExportedRequest): string {
  const { options, headers, url, hasBody } = curlArguments(exported)
  const { body } = exported
  const text = body.length > MOST_ARGUMENT_BYTES ? null : textOf(body)
  const parts = [
    ['curl', ...options.flat().map(word), quote(wireBytes(url))].join(' '),
    ...headers.map((header) => `-H ${quote(wireBytes(header))}`),
  ]
  if (!hasBody) return lines(parts)
  if (text !== null) return lines([...parts, `--data-raw ${quote(body)}`])
  const encoded = Buffer.from(body)
    .toString('base64')
    .replaceAll(new RegExp(`.{${BASE64_LINE}}(?=.)`, 'g'), '$&\n')
  return `base64 --decode <<'EOF' | ${lines([...parts, '--data-binary @-'])}\n${encoded}\nEOF`
}

function lines(parts: readonly string[]): string {
  return parts.join(' \\\n  ')
}

function word(text: string): string {
  return /^[\w./:=-]+$/.test(text) ? text : quote(wireBytes(text))
}

/** Bytes as one word of bash. */
function quote(bytes: Uint8Array): string {
  const text = textOf(bytes)
  // A terminal may take a control character for a key, and change what is pasted.
  // oxlint-disable-next-line no-control-regex -- these are what must not stand in a command as they are
  if (text !== null && !/[\0-\x09\x0b-\x1f\x7f]/.test(text)) return `'${text.replaceAll("'", `'\\''`)}'`
  return text === null ? `$'${escapeBytes(bytes)}'` : `$'${escapeText(text)}'`
}

function escapeBytes(bytes: Uint8Array): string {
  return [...bytes].map((byte) => (byte < 0x80 ? escapeText(String.fromCharCode(byte)) : hex(byte))).join('')
}

function escapeText(text: string): string {
  // An exclamation mark would call up the history of the shell.
  // oxlint-disable-next-line no-control-regex -- these are what is escaped
  return text.replaceAll(/[\0-\x1f\x7f'\\!]/g, (char) => SHORT[char] ?? hex(char.charCodeAt(0)))
}

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', "'": "\\'", '\\': '\\\\' }

function hex(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`
}
