import type { DraftContent } from '../../protocol/draft.ts'
import { readShell, unreadable, type ShellCommand, type ShellText } from './shell-words.ts'
import { readCurlOptions } from './curl-options.ts'
import { CurlRequest } from './curl-request.ts'
import { readCmd, readPowerShell, windowsShellOf } from './windows-words.ts'

export type ParsedCurl = {
  readonly content: DraftContent
  readonly body: Uint8Array
  /** A sentence for each thing that means nothing here. */
  readonly notes: readonly string[]
}

/**
 * Reads a cURL command as it is copied from a terminal of bash or zsh, from PowerShell or cmd.exe, or from a browser. Nothing is executed, looked up or read
 * from the disk.
 * @throws AppFailure `bad-input`, field `text`, with a sentence.
 */
export function parseCurl(text: string): ParsedCurl {
  const shell = readText(text.replace(/^\s*(?:[$>#%]|PS [^>\n]*>)\s+(?=\S)/, ''))
  const at = shell.commands.findIndex(({ words }) => isCurl(words[curlAt(words)] ?? ''))
  const command = shell.commands[at]
  if (command === undefined) throw unreadable('This is no cURL command: it does not begin with curl.')
  const request = new CurlRequest(stdinOf(shell.commands, at))
  for (const option of readCurlOptions(command.words.slice(curlAt(command.words) + 1))) {
    if (option.kind === 'option' && option.name === 'next') {
      request.note('Only the first of several requests was taken.')
      break
    }
    if (option.kind === 'arg') request.addUrl(option.value)
    else request.take(option.name, option.value)
  }
  const { content, body, notes } = request.finish()
  return { content, body, notes: [...new Set([...notes, ...notesOn(shell, at)])] }
}

function readText(text: string): ShellText {
  const shell = windowsShellOf(text)
  if (shell === 'powershell') return readPowerShell(text)
  return shell === 'cmd' ? readCmd(text) : readShell(text)
}

function isCurl(word: string): boolean {
  return /(?:^|[/\\])curl(?:\.exe)?$/i.test(word)
}

/** Where the program stands: behind `NAME=value`, and behind what only runs it. */
function curlAt(words: readonly string[]): number {
  const at = words.findIndex((word) => !/^\w+=/.test(word) && !/^(?:sudo|time|command|exec|env|nohup)$/.test(word))
  return Math.max(at, 0)
}

/** What curl would read: a text that stands there, or the bytes of one that is decoded on the way. */
function stdinOf(commands: readonly ShellCommand[], at: number): string | null {
  const { stdin } = commands[at] ?? { stdin: null }
  if (stdin?.kind === 'text') return stdin.bytes
  const before = commands[at - 1]
  if (stdin?.kind !== 'pipe' || before === undefined) return null
  const isDecoding = before.words[0] === 'base64' && /^(?:-d|-D|--decode)$/.test(before.words[1] ?? '')
  return isDecoding && before.stdin?.kind === 'text'
    ? Buffer.from(before.stdin.bytes, 'base64').toString('latin1')
    : null
}

function notesOn(shell: ShellText, at: number): string[] {
  const kept = shell.substitutions.map(
    (written) => `${written} stands for something that only the shell knows; it was kept as it is written.`,
  )
  const hasMore = shell.commands.slice(at + 1).some(({ words }) => words.length > 0)
  return hasMore ? [...kept, 'What follows the command was left out.'] : kept
}
