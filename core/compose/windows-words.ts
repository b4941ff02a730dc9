import { bytesOf, unreadable, type ShellText } from './shell-words.ts'

/** Whether a command was copied for a Windows shell, told by the program's name, and by what stands first of what is quoted and what goes on in the next line. */
export function windowsShellOf(text: string): 'powershell' | 'cmd' | null {
  for (const [piece] of text.matchAll(/\^"|[\^`\\]\r?\n|'[^']*'|"[^"]*"/g)) {
    if (piece.startsWith('^')) return 'cmd'
    if (piece.startsWith('`')) return 'powershell'
    if (piece.startsWith('\\')) return null
  }
  return /^\s*(?:&\s*)?['"]?curl\.exe\b/i.test(text) ? 'powershell' : null
}

/** Reads a text as PowerShell would, up to the end of its first command. Nothing is looked up and nothing is run. */
export function readPowerShell(text: string): ShellText {
  const words: string[] = []
  const substitutions: string[] = []
  let word: string | null = null
  let at = /^\s*&\s*/.exec(text)?.[0].length ?? 0
  const end = (): void => {
    if (word !== null) words.push(bytesOf(nativeArgument(word)))
    word = null
  }
  while (at < text.length) {
    const rest = text.slice(at)
    const blank = /^(?:`\r?\n|[ \t\r])+/.exec(rest)?.[0]
    const quoted = /^'((?:[^']+|'')*)'|^"((?:[^"`]+|`[\s\S]|"")*)"/.exec(rest)
    if (blank !== undefined) {
      end()
      at += blank.length
    } else if (quoted) {
      const [whole, literal, expanded = ''] = quoted
      word = (word ?? '') + (literal?.replaceAll("''", "'") ?? unescapeBackticks(expanded))
      if (literal === undefined) substitutions.push(...(expanded.match(/(?<!`)\$[\w({][\w:]*/g) ?? []))
      at += whole.length
    } else if (/^['"]/.test(rest)) {
      throw unreadable('A quote has no end.')
    } else if (/^[\n;|]/.test(rest)) {
      break
    } else {
      const plain = /^`([\s\S])|^[^\s`'"]+/.exec(rest)
      const [whole, escaped] = plain ?? [rest.slice(0, 1)]
      word = (word ?? '') + (escaped ?? whole)
      at += whole.length
    }
  }
  end()
  return { commands: words.length === 0 ? [] : [{ words, stdin: null }], substitutions }
}

const BACKTICKS: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  0: '\0',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
}

function unescapeBackticks(text: string): string {
  return text.replaceAll('""', '"').replace(/`([\s\S])/g, (_, char: string) => BACKTICKS[char] ?? char)
}

/** Older versions pass quotes within an argument only behind a backslash, so commands are written with them. */
function nativeArgument(word: string): string {
  return word.includes('"') && !/(?<!\\)"/.test(word) ? word.replaceAll('\\"', '"') : word
}

/** Reads a text as cmd.exe and then the C library's arguments would. */
export function readCmd(text: string): ShellText {
  const line = text.replace(/\^\r?\n/g, ' ').replace(/\^([\s\S])/g, '$1')
  const words: string[] = []
  let word: string | null = null
  let isQuoted = false
  for (const [piece, slashes = '', quote] of line.matchAll(/(\\*)(")|[\s\S]/g)) {
    if (quote === '"') {
      word = (word ?? '') + '\\'.repeat(Math.floor(slashes.length / 2))
      if (slashes.length % 2 === 1) word += '"'
      else isQuoted = !isQuoted
    } else if (!isQuoted && /\s/.test(piece)) {
      if (word !== null) words.push(word)
      word = null
    } else {
      word = (word ?? '') + piece
    }
  }
  if (isQuoted) throw unreadable('A quote has no end.')
  if (word !== null) words.push(word)
  // `"%"^""` and the like are how a browser writes a percent sign.
  return { commands: words.length === 0 ? [] : [{ words: words.map(bytesOf), stdin: null }], substitutions: [] }
}
