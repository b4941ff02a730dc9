import type { ListeningPort } from '../../protocol/delivery.ts'
import { findSocketOwners } from './find-socket-owners.ts'
import { parseLsof } from './parse-lsof.ts'
import { parseNetstat, parseTasklist } from './parse-netstat.ts'
import { parseProcNetTcp } from './parse-proc-net-tcp.ts'
import { nodePortSystem, type PortSystem } from './port-system.ts'

/** Parts of the system that are not named are the real ones. */
export type PortListerOptions = Partial<PortSystem> & {
  /** Processes that are no target of anybody: our own. */
  readonly isOwn?: (pid: number) => boolean
  /** Why the list is empty or lacks names. */
  readonly onFailure?: (reason: string) => void
  readonly timeoutMs?: number
}

const DEFAULT_TIMEOUT_MS = 2000

/**
 * Makes the question which ports of this computer have a listener that localhost reaches, sorted, each once, with the program's name where the
 * system tells. Takes two seconds at most. Never rejects: when it cannot be found out the list is empty and `onFailure` hears why.
 */
export function createPortLister(options: PortListerOptions = {}): () => Promise<ListeningPort[]> {
  const system: PortSystem = { ...nodePortSystem(), ...options }
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS
  const isOwn = options.isOwn ?? (() => false)
  return async () => {
    const giveUpAt = performance.now() + timeoutMs
    let timer: NodeJS.Timeout | undefined
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs)
    })
    try {
      // Names may be missing rather than the whole list: their search ends a little earlier.
      const isLate = () => performance.now() > giveUpAt - timeoutMs / 4
      const found = await Promise.race([listPorts(system, isLate), tooLate])
      return tidy(found, isOwn)
    } catch (error) {
      options.onFailure?.(`open ports could not be listed: ${error instanceof Error ? error.message : String(error)}`)
      return []
    } finally {
      clearTimeout(timer)
    }
  }
}

async function listPorts(system: PortSystem, isLate: () => boolean): Promise<readonly ListeningPort[]> {
  if (system.platform === 'win32') return listWindows(system)
  if (system.platform === 'darwin') {
    return parseLsof(await system.run('lsof', ['-nP', '-iTCP', '-sTCP:LISTEN', '-F', 'pcn']))
  }
  return listLinux(system, isLate)
}

async function listLinux(system: PortSystem, isLate: () => boolean): Promise<readonly ListeningPort[]> {
  const [tcp, tcp6] = await Promise.all([
    system.readFile('/proc/net/tcp'),
    // Absent where IPv6 is switched off.
    system.readFile('/proc/net/tcp6').catch(() => ''),
  ])
  const sockets = [...parseProcNetTcp(tcp), ...parseProcNetTcp(tcp6)]
  const owners = await findSocketOwners(system, new Set(sockets.map(({ inode }) => inode)), isLate)
  return sockets.map(({ port, inode }) => {
    const owner = owners.get(inode)
    return { port, process: owner?.name ?? null, pid: owner?.pid ?? null }
  })
}

async function listWindows(system: PortSystem): Promise<readonly ListeningPort[]> {
  const [netstat, tasklist] = await Promise.all([
    system.run('netstat', ['-ano']),
    // Ports without names are worth more than nothing.
    system.run('tasklist', ['/fo', 'csv', '/nh']).catch(() => ''),
  ])
  const names = parseTasklist(tasklist)
  return parseNetstat(netstat).map((port) => ({ ...port, process: names.get(port.pid ?? -1) ?? null }))
}

/** One entry a port, the one that tells most, in order. */
function tidy(found: readonly ListeningPort[], isOwn: (pid: number) => boolean): ListeningPort[] {
  const byPort = new Map<number, ListeningPort>()
  for (const port of found) {
    if (port.pid !== null && isOwn(port.pid)) continue
    const known = byPort.get(port.port)
    if (known === undefined || (known.process === null && port.process !== null)) byPort.set(port.port, port)
  }
  return [...byPort.values()].toSorted((a, b) => a.port - b.port)
}
