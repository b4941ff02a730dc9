/** Fits a control frame whatever the ids look like. */
const MOST_IDS = 1000

/** Collects acknowledgements for a moment: what one commit stored is told in one message. */
export type AckBatch = {
  add(id: string): void
  flush(): void
  /** Forgets what is left. */
  stop(): void
}

export function createAckBatch(send: (ids: readonly string[]) => void): AckBatch {
  let ids: string[] = []
  let timer: ReturnType<typeof setImmediate> | null = null

  function flush(): void {
    stop()
    const all = ids
    ids = []
    for (let from = 0; from < all.length; from += MOST_IDS) send(all.slice(from, from + MOST_IDS))
  }

  function stop(): void {
    if (timer !== null) clearImmediate(timer)
    timer = null
  }

  return {
    add(id) {
      ids.push(id)
      timer ??= setImmediate(flush)
    },
    flush,
    stop() {
      stop()
      ids = []
    },
  }
}
