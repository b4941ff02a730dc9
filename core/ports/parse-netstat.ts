import type { ListeningPort } from '../../protocol/delivery.ts'
import { isLoopbackReachable } from './loopback-reachable.ts'

/**
 * Reads Windows' `netstat -ano`. The word for "listening" is in the system's language, and often broken by its code page: what listens is told by
 * its remote address instead, which has port 0.
 */
export function parseNetstat(text: string): readonly ListeningPort[] {
  const ports: ListeningPort[] = []
  for (const line of text.split(/\r?\n/)) {
    const fields = line.trim().split(/\s+/)
    const [protocol, local = '', remote = ''] = fields
    // UDP lines have no state, so one field less. The state may be of two words.
    if (protocol?.toUpperCase() !== 'TCP' || fields.length < 5 || !/^(0\.0\.0\.0|\[::\]|\*):[0*]$/.test(remote))
      continue
    const match = /^(.*):(\d+)$/.exec(local)
    const port = Number(match?.[2])
    const pid = Number(fields.at(-1))
    if (match && port > 0 && isLoopbackReachable(match[1] ?? '')) {
      ports.push({ port, process: null, pid: Number.isInteger(pid) ? pid : null })
    }
  }
  return ports
}

/** Reads `tasklist /fo csv /nh`: names by process id, without `.exe`. Lines of any other shape, notices for one, are passed over. */
export function parseTasklist(text: string): ReadonlyMap<number, string> {
  const names = new Map<number, string>()
  for (const line of text.split(/\r?\n/)) {
    const match = /^"((?:[^"]|"")*)","(\d+)",/.exec(line)
    if (match) names.set(Number(match[2]), (match[1] ?? '').replace(/""/g, '"').replace(/\.exe$/i, ''))
  }
  return names
}
