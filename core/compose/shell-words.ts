import { AppFailure } from '../../protocol/app-error.ts'
import { readAnsiString } from './ansi-string.ts'

/** A command of a shell, its words with one character for each byte. */
export type ShellCommand = {
  readonly words: readonly string[]
  /** What it reads: a text that stands in the command itself (bytes), a file, or what the command before it writes. */
  readonly stdin:
    | { readonly kind: 'text'; readonly bytes: string }
    | { readonly kind: 'file' }
    | { readonly kind: 'pipe' }
    | null
}

export type ShellText = {
  readonly commands: readonly ShellCommand[]
  /** `$NAME`, `$(…)` and the like, which are kept as they are written: nothing is looked up and nothing is run. */
  readonly substitutions: readonly string[]
}

/** Reads a text as bash would, without running anything. @throws AppFailure `bad-input`, field `text`, for a quote that has no end. */
export function readShell(text: string): ShellText {
  return new ShellReader(text).read()
}

/** Text as its bytes in UTF-8, one character each. */
export function bytesOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

type Heredoc = {
  readonly end: string
  readonly isLiteral: boolean
  readonly stripsTabs: boolean
  readonly command: Draft
}
type Draft = { words: string[]; stdin: ShellCommand['stdin'] }

class ShellReader {
  readonly #text: string
  readonly #commands: Draft[] = []
  readonly #substitutions: string[] = []
  #at = 0
  #command: Draft = { words: [], stdin: null }
  #word: string | null = null
  #heredocs: Heredoc[] = []

  constructor(text: string) {
    this.#text = text.replaceAll('\r\n', '\n')
  }

  read(): ShellText {
    while (this.#at < this.#text.length) this.#step()
    this.#endCommand()
    return { commands: this.#commands, substitutions: this.#substitutions }
  }

  #step(): void {
    const char = this.#text[this.#at] ?? ''
    if (char === ' ' || char === '\t' || char === '\r') this.#skip(1, () => this.#endWord())
    else if (char === '\n') this.#endLine()
    else if (char === '#' && this.#word === null) this.#at = this.#lineEnd()
    else if (char === '\\') this.#escape()
    else if (char === "'") this.#add(this.#until("'", this.#at + 1, 'A single quote has no end.'))
    else if (char === '"') this.#doubleQuoted()
    else if (char === '$' || char === '`') this.#dollar(char)
    else if ('|;&<>()'.includes(char)) this.#operator(char)
    else this.#add(bytesOf(this.#takeChar()))
  }

  #skip(count: number, before: () => void): void {
    before()
    this.#at += count
  }

  #add(bytes: string): void {
    this.#word = (this.#word ?? '') + bytes
  }

  #takeChar(): string {
    const char = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0)
    this.#at += char.length
    return char
  }

  #endWord(): void {
    if (this.#word !== null) this.#command.words.push(this.#word)
    this.#word = null
  }

  #endCommand(): void {
    this.#endWord()
    const { words, stdin } = this.#command
    if (words.length > 0 || stdin !== null) this.#commands.push(this.#command)
    this.#command = { words: [], stdin: null }
  }

  #lineEnd(): number {
    const end = this.#text.indexOf('\n', this.#at)
    return end === -1 ? this.#text.length : end
  }

  #endLine(): void {
    this.#endCommand()
    this.#at += 1
    for (const heredoc of this.#heredocs.splice(0)) this.#readHeredoc(heredoc)
  }

  #escape(): void {
    this.#at += 1
    if (this.#at >= this.#text.length) return
    const char = this.#takeChar()
    // A line that goes on.
    if (char !== '\n') this.#add(bytesOf(char))
  }

  /** What stands up to a mark, as bytes; goes behind it. */
  #until(mark: string, from: number, problem: string): string {
    const end = this.#text.indexOf(mark, from)
    if (end === -1) throw unreadable(problem)
    this.#at = end + mark.length
    return bytesOf(this.#text.slice(from, end))
  }

  #doubleQuoted(): void {
    this.#at += 1
    this.#add('')
    for (;;) {
      if (this.#at >= this.#text.length) throw unreadable('A double quote has no end.')
      const char = this.#text[this.#at] ?? ''
      if (char === '"') {
        this.#at += 1
        return
      }
      if (char === '\\') this.#escapeQuoted('"\\$`')
      else if (char === '$' || char === '`') this.#substitution(char)
      else this.#add(bytesOf(this.#takeChar()))
    }
  }

  /** Within quotes a backslash stands for itself before all but a few. */
  #escapeQuoted(special: string): void {
    const next = this.#text[this.#at + 1] ?? ''
    this.#at += 1
    if (next === '\n') this.#at += 1
    else if (next !== '' && special.includes(next)) this.#add(bytesOf(this.#takeChar()))
    else this.#add('\\')
  }

  #dollar(char: string): void {
    const next = this.#text[this.#at + 1]
    if (char === '$' && next === "'") {
      const read = readAnsiString(this.#text, this.#at + 2)
      if (read === null) throw unreadable("A quote that begins with $' has no end.")
      this.#at = read.end
      this.#add(read.bytes)
    } else if (char === '$' && next === '"') {
      this.#at += 1
      this.#doubleQuoted()
    } else {
      this.#substitution(char)
    }
  }

  #substitution(char: string): void {
    const end = char === '`' ? this.#text.indexOf('`', this.#at + 1) + 1 : substitutionEnd(this.#text, this.#at)
    if (end <= this.#at + 1) {
      this.#at += 1
      this.#add(char)
      return
    }
    const written = this.#text.slice(this.#at, end)
    this.#substitutions.push(written)
    this.#add(bytesOf(written))
    this.#at = end
  }

  #operator(char: string): void {
    if (char === '<') return this.#input()
    if (char === '>') return this.#output()
    const isPipe = char === '|' && this.#text[this.#at + 1] !== '|'
    this.#endCommand()
    this.#at += 1
    if (isPipe) this.#command.stdin = { kind: 'pipe' }
    if (char === '&' && this.#text[this.#at] === '>') this.#output()
  }

  #output(): void {
    // `2>` belongs together.
    if (this.#word !== null && /^\d+$/.test(this.#word)) this.#word = null
    this.#endWord()
    while (/[>&|]/.test(this.#text[this.#at] ?? '')) this.#at += 1
    this.#takeWord()
  }

  #input(): void {
    const heredoc = /^<<<|^<<-|^<</.exec(this.#text.slice(this.#at, this.#at + 3))?.[0]
    this.#endWord()
    this.#at += heredoc?.length ?? 1
    if (heredoc === '<<<') this.#command.stdin = { kind: 'text', bytes: `${this.#takeWord()}\n` }
    else if (heredoc === undefined) this.#command.stdin = this.#takeWord() === '' ? null : { kind: 'file' }
    else {
      this.#skipBlanks()
      const isLiteral = /["'\\]/.test(this.#text.slice(this.#at, this.#lineEnd()).split(/[\s|;&<>]/)[0] ?? '')
      const end = this.#takeWord()
      this.#heredocs.push({ end, isLiteral, stripsTabs: heredoc === '<<-', command: this.#command })
    }
  }

  #skipBlanks(): void {
    while (this.#text[this.#at] === ' ' || this.#text[this.#at] === '\t') this.#at += 1
  }

  /** The next word, which is not one of the command. */
  #takeWord(): string {
    this.#skipBlanks()
    while (this.#at < this.#text.length && !/[\s|;&<>()]/.test(this.#text[this.#at] ?? '')) this.#step()
    const word = this.#word ?? ''
    this.#word = null
    return word
  }

  #readHeredoc({ end, isLiteral, stripsTabs, command }: Heredoc): void {
    const lines: string[] = []
    while (this.#at < this.#text.length) {
      const written = this.#text.slice(this.#at, this.#lineEnd())
      this.#at = this.#lineEnd() + 1
      const line = stripsTabs ? written.replace(/^\t+/, '') : written
      if (bytesOf(line) === end) break
      lines.push(`${line}\n`)
    }
    const text = lines.join('')
    const read = isLiteral ? text : text.replace(/\\([\\$`]|\n)/g, (_, char: string) => (char === '\n' ? '' : char))
    command.stdin = { kind: 'text', bytes: bytesOf(read) }
  }
}

/** Where `$NAME`, `${…}` or `$(…)` ends; where it begins, for a dollar that means nothing. */
function substitutionEnd(text: string, at: number): number {
  const simple = /^\$(?:\w+|[@*#?$!-]|\{[^}]*\})/.exec(text.slice(at, at + 200))
  if (simple) return at + simple[0].length
  if (text[at + 1] !== '(') return at
  let depth = 0
  for (let i = at + 1; i < text.length; i += 1) {
    if (text[i] === '(') depth += 1
    if (text[i] === ')') depth -= 1
    if (depth === 0) return i + 1
  }
  return at
}

export function unreadable(message: string): AppFailure {
  const fix = 'Paste the command whole, as it was copied.'
  return new AppFailure({ code: 'bad-input', message, fix, field: 'text' })
}
