import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns'
import type { LookupFunction } from 'node:net'

const LOOPBACK: readonly LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
]

/** Whether a name is this computer by definition (RFC 6761 section 6.3), whatever its hosts file says. */
export function isLocalhostName(hostname: string): boolean {
  const name = hostname.toLowerCase().replace(/\.$/, '')
  return name === 'localhost' || name.endsWith('.localhost')
}

/**
 * `dns.lookup`, but `localhost` and its subdomains are always both 127.0.0.1 and ::1: the system's answer may be one of them alone, and
 * then a server that listens on the other seems not to run.
 */
export const lookupBothLoopbacks: LookupFunction = (hostname, options, callback) => {
  if (!isLocalhostName(hostname)) {
    systemLookup(hostname, options, callback)
    return
  }
  const addresses = LOOPBACK.filter((entry) => suits(entry, options))
  const first = addresses[0] ?? LOOPBACK[0]
  // Asynchronous like the real one: net.Socket sets itself up after the call.
  process.nextTick(() => {
    if (options.all === true) callback(null, [...addresses])
    else callback(null, first?.address ?? '127.0.0.1', first?.family ?? 4)
  })
}

function suits(entry: LookupAddress, options: LookupOptions): boolean {
  const family = options.family
  if (family === 4 || family === 'IPv4') return entry.family === 4
  if (family === 6 || family === 'IPv6') return entry.family === 6
  return true
}
