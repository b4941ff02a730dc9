/** Where a thing lies in its bag; -1 = in none. */
export type Bagged = { bagIndex: number }

/**
 * A set of things that come and go with every request. Not a `Set`: V8 rehashes one of such traffic again and again, each outgrown table
 * points to the next one, and as soon as the first of them is old, all that ever lay in any of them lives on until the next full collection.
 * A thing is in one bag at most.
 */
export type Bag<T extends Bagged> = {
  readonly size: number
  add(thing: T): void
  /** False when it was not in the bag. */
  delete(thing: T): boolean
  /** A copy: what is in the bag may be taken out of it on the way. */
  all(): T[]
}

export function createBag<T extends Bagged>(): Bag<T> {
  const things: T[] = []
  return {
    get size() {
      return things.length
    },
    add(thing) {
      if (thing.bagIndex !== -1) return
      thing.bagIndex = things.length
      things.push(thing)
    },
    delete(thing) {
      const at = thing.bagIndex
      if (at === -1) return false
      thing.bagIndex = -1
      const last = things.pop()
      if (last !== undefined && last !== thing) {
        things[at] = last
        last.bagIndex = at
      }
      return true
    },
    all: () => [...things],
  }
}
