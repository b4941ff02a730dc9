import type { PortSystem } from './port-system.ts'

export type SocketOwner = { readonly pid: number; readonly name: string | null }

/** Processes that are looked at side by side: their descriptors are many small reads. */
const AT_ONCE = 16

/**
 * Which process has each socket open (Linux): every /proc/<pid>/fd that may be read is gone through, youngest process first, until all are
 * found or `isLate` says to stop. Other users' processes cannot be read; their sockets stay without owner.
 */
export async function findSocketOwners(
  system: Pick<PortSystem, 'readDirectory' | 'readLink' | 'readFile'>,
  inodes: ReadonlySet<string>,
  isLate: () => boolean,
): Promise<ReadonlyMap<string, SocketOwner>> {
  const owners = new Map<string, SocketOwner>()
  const pids = (await system.readDirectory('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  pids.sort((a, b) => b - a)
  for (let at = 0; at < pids.length && owners.size < inodes.size && !isLate(); at += AT_ONCE) {
    await Promise.all(pids.slice(at, at + AT_ONCE).map((pid) => noteSockets(system, pid, inodes, owners)))
  }
  return owners
}

async function noteSockets(
  system: Pick<PortSystem, 'readDirectory' | 'readLink' | 'readFile'>,
  pid: number,
  inodes: ReadonlySet<string>,
  owners: Map<string, SocketOwner>,
): Promise<void> {
  const folder = `/proc/${pid}/fd`
  // Ended meanwhile, or another user's: nothing to be seen is an answer here.
  const descriptors = await system.readDirectory(folder).catch(() => [])
  const links = await Promise.all(descriptors.map((name) => system.readLink(`${folder}/${name}`).catch(() => '')))
  const mine = links.map((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1]).filter((inode) => inode !== undefined)
  const wanted = mine.filter((inode) => inodes.has(inode))
  if (wanted.length === 0) return
  const name = await processName(system, pid)
  for (const inode of wanted) {
    // A socket that a parent left to its child belongs to the youngest, which is met first.
    if (!owners.has(inode)) owners.set(inode, { pid, name })
  }
}

/** The program as it was called; the kernel's own name for it is cut at 15 letters, and Node's says `MainThread`. */
async function processName(system: Pick<PortSystem, 'readFile'>, pid: number): Promise<string | null> {
  const commandLine = await system.readFile(`/proc/${pid}/cmdline`).catch(() => '')
  const name = programName(commandLine)
  if (name !== null) return name
  const kernelName = await system.readFile(`/proc/${pid}/comm`).catch(() => '')
  return kernelName.trim() === '' ? null : kernelName.trim()
}

/** The program's name in a command line as /proc has it: words ended by NUL, or one text that the program set itself (`nginx: master process`). */
export function programName(commandLine: string): string | null {
  const [first = ''] = commandLine.split('\0', 1)
  const [title = ''] = first.split(': ', 1)
  const [program = ''] = title.startsWith('/') ? title.split(' ', 1) : [title]
  const name = program.slice(program.lastIndexOf('/') + 1).replace(/^-/, '')
  return name === '' ? null : name
}
