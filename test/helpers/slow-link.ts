import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export type SlowLink = {
  readonly url: string
  /** Bytes that went through towards whoever connected. */
  carried(): number
  close(): Promise<void>
}

/** How finely the link's time is cut; each slice lets its share of bytes through. */
const SLICE_MS = 10

/**
 * A TCP link that lets so many bytes a second through, in each direction of each connection. What does not fit waits where it is: little is held
 * here, so that the sender's buffers fill as they would on a line.
 */
export async function startSlowLink(toPort: number, bytesPerSecond: number): Promise<SlowLink> {
  const sockets = new Set<Socket>()
  let carried = 0
  const server = createServer((near) => {
    const far = connect(toPort, '127.0.0.1')
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      carrySlowly(from, to, bytesPerSecond, (bytes) => {
        if (to === near) carried += bytes
      })
      from.on('error', () => to.destroy())
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    carried: () => carried,
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      return closed
    },
  }
}

/** A token bucket, filled by the clock and not by timers, which come late on a loaded machine; it saves up a tenth of a second at most. */
function carrySlowly(from: Socket, to: Socket, bytesPerSecond: number, onCarried: (bytes: number) => void): void {
  const most = bytesPerSecond / 10
  let tokens = most
  let filledAt = performance.now()
  const waiting: Buffer[] = []

  function pass(): void {
    const now = performance.now()
    tokens = Math.min(most, tokens + ((now - filledAt) / 1000) * bytesPerSecond)
    filledAt = now
    for (let first = waiting[0]; first && tokens >= 1; first = waiting[0]) {
      const some = first.subarray(0, Math.floor(tokens))
      tokens -= some.length
      onCarried(some.length)
      to.write(some)
      if (some.length === first.length) waiting.shift()
      else waiting[0] = first.subarray(some.length)
    }
    if (waiting.length === 0) from.resume()
  }

  const passing = setInterval(pass, SLICE_MS)
  from.on('data', (bytes: Buffer) => {
    from.pause()
    waiting.push(bytes)
    pass()
  })
  from.on('end', () => to.end())
  from.on('close', () => clearInterval(passing))
}
