/**
 * A map of what comes and goes with every request. Not a `Map`: V8 makes a new table of one again and again under such traffic, each outgrown one points to
 * the next, and as soon as the first of them is old, all that ever lay in any of them lives on until the next full collection. This one makes
 * new memory only when it holds more than ever before.
 */
export type Table<K, V> = {
  readonly size: number
  has(key: K): boolean
  get(key: K): V | undefined
  set(key: K, value: V): void
  /** False when it was not there. */
  delete(key: K): boolean
  /** A copy, in no order: what is in the table may be taken out of it on the way. */
  entries(): [K, V][]
}

/** By a number such as a `seq`. */
export function createNumberTable<V>(): Table<number, V> {
  return createTable((key) => key)
}

/** By an id of our own, which ends in random digits. */
export function createIdTable<V>(): Table<string, V> {
  return createTable(hashOfEnd)
}

const LEAST_PLACES = 16
const HASHED_LETTERS = 7
/** 2^32 by the golden ratio: numbers in a row end up far from each other (Knuth, The Art of Computer Programming, section 6.4). */
const SPREAD = 0x9e3779b1

function hashOfEnd(id: string): number {
  let sum = 0
  for (let at = Math.max(0, id.length - HASHED_LETTERS); at < id.length; at += 1)
    sum = (sum * 31 + id.charCodeAt(at)) | 0
  return sum
}

/** Open addressing with linear probing, at most half full; what stood behind a deleted one moves up (Knuth's algorithm R). */
function createTable<K extends string | number, V>(hash: (key: K) => number): Table<K, V> {
  let keys: (K | undefined)[] = places(LEAST_PLACES)
  let values: (V | undefined)[] = places(LEAST_PLACES)
  let mask = LEAST_PLACES - 1
  let size = 0

  const home = (key: K): number => (Math.imul(hash(key), SPREAD) >>> 8) & mask

  /** Where it is, or would be put. */
  function placeOf(key: K): number {
    let at = home(key)
    for (let found = keys[at]; found !== undefined && found !== key; found = keys[at]) at = (at + 1) & mask
    return at
  }

  function put(at: number, key: K | undefined, value: V | undefined): void {
    keys[at] = key
    values[at] = value
  }

  function grow(): void {
    const [oldKeys, oldValues] = [keys, values]
    const count = 2 * oldKeys.length
    keys = places(count)
    values = places(count)
    mask = count - 1
    for (const [at, key] of oldKeys.entries()) if (key !== undefined) put(placeOf(key), key, oldValues[at])
  }

  return {
    get size() {
      return size
    },
    has: (key) => keys[placeOf(key)] !== undefined,
    get: (key) => values[placeOf(key)],
    set(key, value) {
      let at = placeOf(key)
      if (keys[at] === undefined) {
        size += 1
        if (2 * size > keys.length) {
          grow()
          at = placeOf(key)
        }
      }
      put(at, key, value)
    },
    delete(key) {
      let gap = placeOf(key)
      if (keys[gap] === undefined) return false
      size -= 1
      let at = (gap + 1) & mask
      for (let next = keys[at]; next !== undefined; next = keys[at]) {
        // It may not stand before its home.
        if (((at - home(next)) & mask) >= ((at - gap) & mask)) {
          put(gap, next, values[at])
          gap = at
        }
        at = (at + 1) & mask
      }
      put(gap, undefined, undefined)
      return true
    },
    entries() {
      const found: [K, V][] = []
      for (const [at, key] of keys.entries()) if (key !== undefined) found.push([key, values[at] as V])
      return found
    },
  }
}

function places<T>(count: number): (T | undefined)[] {
  return Array.from({ length: count })
}
