import type { ListeningPort } from '../../protocol/delivery.ts'
import { isLoopbackReachable } from './loopback-reachable.ts'

/**
 * Reads `lsof -nP -iTCP -sTCP:LISTEN -F pcn`: a line a field, its first letter says which; `p` begins a process, `c` names it, each `n` is a
 * socket of it.
 */
export function parseLsof(text: string): readonly ListeningPort[] {
  const ports: ListeningPort[] = []
  let pid: number | null = null
  let process: string | null = null
  for (const line of text.split(/\r?\n/)) {
    const value = line.slice(1)
    if (line.startsWith('p')) {
      pid = Number(value)
      process = null
    } else if (line.startsWith('c')) {
      process = unescapeName(value)
    } else if (line.startsWith('n')) {
      const match = /^(.*):(\d+)$/.exec(value)
      const port = Number(match?.[2])
      if (match && port > 0 && isLoopbackReachable(match[1] ?? '')) ports.push({ port, process, pid })
    }
  }
  return ports
}

/** lsof writes blanks and other odd characters of a name as `\x20`. */
function unescapeName(name: string): string | null {
  const bytes = name.replace(/\\x([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return bytes === '' ? null : bytes
}
