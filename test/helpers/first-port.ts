import { createServer } from 'node:net'

let lastPort = 20_000 + (process.pid % 120) * 100

/**
 * Where a relay under test looks for its port: in a place of its own, so that one that restarts finds its port free. By process, because several
 * runs of the tests may share a machine.
 */
export function ownFirstPort(): number {
  lastPort += 10
  return lastPort
}

/** Likewise for a relay that takes this port and no other: nobody has it now. */
export async function ownFreePort(): Promise<number> {
  for (;;) {
    const port = ownFirstPort()
    if (await isFree(port)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
