/** A listening socket as the Linux kernel tells of it. */
export type ProcSocket = { readonly port: number; readonly inode: string }

const LISTEN = '0A'

/**
 * Reads /proc/net/tcp or /proc/net/tcp6 (proc_pid_net(5)): the listening sockets that can be reached over the loopback interface. Lines of
 * any other shape are passed over.
 */
export function parseProcNetTcp(text: string): readonly ProcSocket[] {
  const sockets: ProcSocket[] = []
  for (const line of text.split('\n')) {
    const fields = line.trim().split(/\s+/)
    const [, local, , state] = fields
    const inode = fields[9]
    if (state !== LISTEN || local === undefined || inode === undefined) continue
    const [address = '', port = ''] = local.split(':')
    const number = Number.parseInt(port, 16)
    if (number > 0 && isLoopbackHex(address)) sockets.push({ port: number, inode })
  }
  return sockets
}

/** Addresses are in hex, each 32 bits in the machine's byte order: on every machine that Electron runs on, the lowest byte first. */
function isLoopbackHex(address: string): boolean {
  if (address.length === 8) return address === '00000000' || address.endsWith('7F')
  if (address.length !== 32) return false
  const isAny = /^0{32}$/.test(address)
  const isOne = address === '00000000000000000000000001000000'
  // An IPv4 address in IPv6 dress: ::ffff:127.0.0.1
  const isMapped = /^0{16}FFFF0000/.test(address) && isLoopbackHex(address.slice(24))
  return isAny || isOne || isMapped
}
