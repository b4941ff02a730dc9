export type Listeners<T> = {
  readonly add: (listener: (value: T) => void) => () => void
  readonly tell: (value: T) => void
}

/** Tells each listener in a turn of its own: what one throws is an uncaught error and keeps nobody else from being told. */
export function createListeners<T>(): Listeners<T> {
  const listeners = new Set<(value: T) => void>()
  return {
    add(listener) {
      // A wrapper of its own, so that the same function added twice is also taken away one by one.
      const own = (value: T): void => listener(value)
      listeners.add(own)
      return () => void listeners.delete(own)
    },
    tell(value) {
      for (const listener of listeners) queueMicrotask(() => listener(value))
    },
  }
}
