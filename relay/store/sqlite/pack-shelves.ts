import { createNumberTable } from '../../table.ts'

/** A pack whose row lists its items, without the list. */
export type ListedPack = {
  readonly pack: number
  readonly bucket: number
  readonly shelf: Shelf
  readonly firstSeq: number
  lastSeq: number
  /** Items that are still there, and the bytes of their bodies. */
  left: number
  bytes: number
  /** Seqs between its first and its last that are not, or not any more, among its items; those up to its bucket's `goneTo` need not be here. */
  absent: Set<number> | null
  /** Of the ids of its items: the earliest and the latest millisecond. */
  fromMs: number
  toMs: number
  /** The file has entries of what is not listed any more. */
  hasUnlisted: boolean
  /** Its list, until that is written. */
  draft: Buffer | null
}

/**
 * One bucket's packs, in the order of their seqs. `isMoved`: the running transaction changed `goneTo`. `isInTime`: none has an id of before `latestMs`, the
 * latest of those in front of it; when the clock was set back, some have.
 */
type Shelf = { readonly packs: ListedPack[]; goneTo: number; isMoved: boolean; isInTime: boolean; latestMs: number }

/** What is known in memory of the packs that list their items. All that a transaction does here is taken back with it. */
export type PackShelves = {
  add(pack: number, bucket: number, firstSeq: number, draft: Buffer | null): ListedPack
  /** The next item of the pack that was added last. */
  list(record: ListedPack, seq: number, bodyBytes: number, ms: number): void
  get(pack: number): ListedPack | undefined
  lists(record: ListedPack, seq: number): boolean
  /** Takes items out. Gives the seqs of those of them which `goneTo` does not say, while others are left. */
  unlist(record: ListedPack, seqs: readonly number[], bytes: number): number[]
  remove(record: ListedPack): void
  goneTo(bucket: number): number
  /** Whether the running transaction changed it. */
  isMoved(bucket: number): boolean
  /** Of the last pack; 0 where there is none. */
  lastSeq(bucket: number): number
  setGoneTo(bucket: number, seq: number): void
  above(bucket: number, seq: number): IterableIterator<[ListedPack, number]>
  below(bucket: number, seq: number): IterableIterator<[ListedPack, number]>
  ofTime(ms: number, bucket: number | null): IterableIterator<ListedPack>
  count(bucket: number, aboveSeq: number): number
  sum(bucket: number): { readonly items: number; readonly bytes: number }
  buckets(): number[]
  some(bucket: number, limit: number): number[]
  committed(): void
  rolledBack(): void
}

export function createPackShelves(): PackShelves {
  const shelves = new Map<number, Shelf>()
  const byNumber = createNumberTable<ListedPack>()
  /** How to take back what the running transaction did, last one last. */
  const undo: (() => void)[] = []
  const moved: Shelf[] = []

  function shelfOf(bucket: number): Shelf {
    const known = shelves.get(bucket)
    if (known) return known
    const made: Shelf = { packs: [], goneTo: 0, isMoved: false, isInTime: true, latestMs: 0 }
    shelves.set(bucket, made)
    return made
  }

  /** The place of the first pack that ends above this seq. */
  function placeAbove({ packs }: Shelf, seq: number): number {
    return firstPlace(packs, ({ lastSeq }) => lastSeq > seq)
  }

  function* ofTime({ packs, isInTime }: Shelf, ms: number): IterableIterator<ListedPack> {
    for (let at = isInTime ? firstPlace(packs, ({ toMs }) => toMs >= ms) : 0; at < packs.length; at += 1) {
      const record = packs[at]
      if (record === undefined || (isInTime && record.fromMs > ms)) return
      if (record.left > 0 && ms >= record.fromMs && ms <= record.toMs) yield record
    }
  }

  function lists(record: ListedPack, seq: number): boolean {
    if (record.left === 0 || seq < record.firstSeq || seq > record.lastSeq || record.absent?.has(seq) === true)
      return false
    return seq > record.shelf.goneTo
  }

  function takeOff(record: ListedPack): void {
    const { packs } = record.shelf
    const at = packs.indexOf(record)
    if (at !== -1) packs.splice(at, 1)
    byNumber.delete(record.pack)
  }

  function putBack(record: ListedPack): void {
    record.shelf.packs.splice(placeAbove(record.shelf, record.firstSeq), 0, record)
    byNumber.set(record.pack, record)
  }

  function setGoneTo(bucket: number, seq: number): void {
    const shelf = shelfOf(bucket)
    const { goneTo, isMoved } = shelf
    undo.push(() => {
      shelf.goneTo = goneTo
      shelf.isMoved = isMoved
    })
    shelf.goneTo = seq
    shelf.isMoved = true
    moved.push(shelf)
  }

  /** As far as nothing is left in front of it, `goneTo` says what is gone of a pack. */
  function moveGoneTo(record: ListedPack): void {
    const { shelf } = record
    if (shelf.packs.find(({ left }) => left > 0) !== record) return
    const { absent } = record
    const passed: number[] = []
    let seq = Math.max(shelf.goneTo, record.firstSeq - 1)
    while (absent?.delete(seq + 1) === true) {
      seq += 1
      passed.push(seq)
    }
    undo.push(() => {
      for (const one of passed) absent?.add(one)
    })
    if (seq > shelf.goneTo) setGoneTo(record.bucket, seq)
  }

  function* above(bucket: number, seq: number): IterableIterator<[ListedPack, number]> {
    const shelf = shelves.get(bucket)
    if (shelf === undefined) return
    for (let at = placeAbove(shelf, seq); at < shelf.packs.length; at += 1) {
      const record = shelf.packs[at]
      if (record === undefined) return
      for (let one = Math.max(record.firstSeq, seq + 1); one <= record.lastSeq; one += 1) {
        if (lists(record, one)) yield [record, one]
      }
    }
  }

  function* below(bucket: number, seq: number): IterableIterator<[ListedPack, number]> {
    const shelf = shelves.get(bucket)
    if (shelf === undefined) return
    for (let at = Math.min(placeAbove(shelf, seq), shelf.packs.length - 1); at >= 0; at -= 1) {
      const record = shelf.packs[at]
      if (record === undefined) return
      for (let one = Math.min(record.lastSeq, seq - 1); one >= record.firstSeq; one -= 1) {
        if (lists(record, one)) yield [record, one]
      }
    }
  }

  function countOf(record: ListedPack, aboveSeq: number): number {
    if (aboveSeq < record.firstSeq) return record.left
    let count = 0
    for (let seq = aboveSeq + 1; seq <= record.lastSeq; seq += 1) if (lists(record, seq)) count += 1
    return count
  }

  return {
    add(pack, bucket, firstSeq, draft) {
      const shelf = shelfOf(bucket)
      const { isInTime, latestMs } = shelf
      if (shelf.packs.length === 0) {
        shelf.isInTime = true
        shelf.latestMs = 0
      }
      const record: ListedPack = {
        pack,
        bucket,
        shelf,
        firstSeq,
        lastSeq: firstSeq - 1,
        left: 0,
        bytes: 0,
        absent: null,
        fromMs: Infinity,
        toMs: 0,
        hasUnlisted: false,
        draft,
      }
      shelf.packs.push(record)
      byNumber.set(pack, record)
      undo.push(() => {
        takeOff(record)
        shelf.isInTime = isInTime
        shelf.latestMs = latestMs
      })
      return record
    },
    list(record, seq, bodyBytes, ms) {
      for (let between = record.lastSeq + 1; between < seq; between += 1) (record.absent ??= new Set()).add(between)
      record.lastSeq = seq
      record.fromMs = Math.min(record.fromMs, ms)
      record.toMs = Math.max(record.toMs, ms)
      const { shelf } = record
      if (ms < shelf.latestMs) shelf.isInTime = false
      else shelf.latestMs = ms
      if (seq <= shelf.goneTo) return
      record.left += 1
      record.bytes += bodyBytes
    },
    get: (pack) => byNumber.get(pack),
    lists,
    unlist(record, seqs, bytes) {
      // What was done, not a copy of what was before: a transaction may come here with each of a pack's items.
      undo.push(() => {
        record.left += seqs.length
        record.bytes += bytes
        for (const seq of seqs) record.absent?.delete(seq)
      })
      record.left -= seqs.length
      record.bytes -= bytes
      if (record.left === 0) return []
      const absent = (record.absent ??= new Set())
      for (const seq of seqs) absent.add(seq)
      moveGoneTo(record)
      return seqs.filter((seq) => absent.has(seq))
    },
    remove(record) {
      takeOff(record)
      undo.push(() => putBack(record))
    },
    goneTo: (bucket) => shelves.get(bucket)?.goneTo ?? 0,
    isMoved: (bucket) => shelves.get(bucket)?.isMoved ?? false,
    lastSeq: (bucket) => shelves.get(bucket)?.packs.at(-1)?.lastSeq ?? 0,
    setGoneTo,
    above,
    below,
    *ofTime(ms, bucket) {
      const some = bucket === null ? shelves.values() : [shelfOf(bucket)]
      for (const shelf of some) yield* ofTime(shelf, ms)
    },
    count(bucket, aboveSeq) {
      const shelf = shelves.get(bucket)
      if (shelf === undefined) return 0
      let count = 0
      for (let at = placeAbove(shelf, aboveSeq); at < shelf.packs.length; at += 1) {
        const record = shelf.packs[at]
        if (record !== undefined) count += countOf(record, aboveSeq)
      }
      return count
    },
    sum(bucket) {
      const sum = { items: 0, bytes: 0 }
      for (const { left, bytes } of shelves.get(bucket)?.packs ?? []) {
        sum.items += left
        sum.bytes += bytes
      }
      return sum
    },
    buckets: () => [...shelves].flatMap(([bucket, { packs }]) => (packs.length > 0 ? [bucket] : [])),
    some: (bucket, limit) => (shelves.get(bucket)?.packs ?? []).slice(0, limit).map(({ pack }) => pack),
    committed() {
      undo.length = 0
      for (const shelf of moved) shelf.isMoved = false
      moved.length = 0
    },
    rolledBack() {
      for (const takeBack of undo.toReversed()) takeBack()
      undo.length = 0
      moved.length = 0
    },
  }
}

/** The place of the first one of which it is so; of all behind it, it is too. */
function firstPlace(packs: readonly ListedPack[], isSo: (record: ListedPack) => boolean): number {
  let from = 0
  let to = packs.length
  while (from < to) {
    const middle = (from + to) >> 1
    const record = packs[middle]
    if (record !== undefined && isSo(record)) to = middle
    else from = middle + 1
  }
  return from
}
