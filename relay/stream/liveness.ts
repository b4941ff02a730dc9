/** Watches one connection: pings in intervals, and tells when nothing was heard for too long. All in ms. */
export type Liveness = {
  /** Any byte proves the link. */
  heard(): void
  stop(): void
}

export function watchLiveness(options: {
  readonly pingEveryMs: number
  readonly silenceMs: number
  readonly monotonic: () => number
  readonly ping: () => void
  readonly onSilence: (silentMs: number) => void
}): Liveness {
  let heardAt = options.monotonic()
  let timer: ReturnType<typeof setTimeout>
  let lastLook: ReturnType<typeof setImmediate> | undefined
  const pinging = setInterval(options.ping, options.pingEveryMs)

  function look(): void {
    const silentMs = options.monotonic() - heardAt
    // After sleep or a long stall the timer comes before what has arrived meanwhile is read.
    if (silentMs >= options.silenceMs) lastLook = setImmediate(judge)
    else timer = setTimeout(look, options.silenceMs - silentMs)
  }

  function judge(): void {
    const silentMs = options.monotonic() - heardAt
    if (silentMs >= options.silenceMs) options.onSilence(silentMs)
    else look()
  }
  timer = setTimeout(look, options.silenceMs)

  return {
    heard() {
      heardAt = options.monotonic()
    },
    stop() {
      clearInterval(pinging)
      clearTimeout(timer)
      clearImmediate(lastLook)
    },
  }
}
