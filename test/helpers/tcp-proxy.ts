import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export type TcpProxy = {
  readonly url: string
  /** Connections stay open and nothing gets through, as when a network goes away. */
  blackHole(): void
  /** What is said is heard again; what was said meanwhile is lost. */
  heal(): void
  /** Resets all connections. */
  cut(): void
  /**
   * What is connected now is lost without a word: one end is gone or none is, and the other end never hears of it, as after a change of network.
   * New connections get through.
   */
  strand(gone: 'agent' | 'relay' | 'neither'): void
  /** Connections that were made so far. */
  connections(): number
  close(): Promise<void>
}

/** One connection through the proxy. Nothing passes, not even an end, once it is stranded. */
type Pair = { readonly near: Socket; readonly far: Socket; isStranded: boolean }

/** Stands between an agent and a relay, and fails as networks do. */
export async function startTcpProxy(toPort: number): Promise<TcpProxy> {
  const pairs = new Set<Pair>()
  let isHole = false
  let connections = 0
  const passes = (pair: Pair): boolean => !isHole && !pair.isStranded

  const server = createServer((near) => {
    connections += 1
    const pair: Pair = { near, far: connect(toPort, '127.0.0.1'), isStranded: false }
    pairs.add(pair)
    join(pair, near, pair.far)
    join(pair, pair.far, near)
  })

  function join(pair: Pair, from: Socket, to: Socket): void {
    from.on('data', (bytes) => {
      if (passes(pair)) to.write(bytes)
    })
    from.on('error', () => {
      if (!pair.isStranded) to.destroy()
    })
    from.on('close', () => {
      if (to.destroyed) pairs.delete(pair)
      else if (passes(pair)) to.destroy()
    })
  }

  function cut(): void {
    for (const { near, far } of pairs) {
      near.resetAndDestroy()
      far.resetAndDestroy()
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    blackHole: () => {
      isHole = true
    },
    heal: () => {
      isHole = false
    },
    cut,
    strand(gone) {
      for (const pair of pairs) {
        pair.isStranded = true
        if (gone === 'agent') pair.near.resetAndDestroy()
        if (gone === 'relay') pair.far.resetAndDestroy()
      }
    },
    connections: () => connections,
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      cut()
      return closed
    },
  }
}
