import { KIB, MIB } from '../../../protocol/limits.ts'

/** What crosses a thread in one message: values without names, and all bytes in one piece that is as long as they are. */
export type Packed = { readonly values: readonly unknown[]; readonly bytes: Uint8Array<ArrayBuffer> | null }

const FIRST_ROOM = 64 * KIB
/** A buffer that had to grow beyond this is not kept. */
const MOST_ROOM = MIB
/** UTF-8 takes at most so much for one unit of a JavaScript string. */
const MOST_UTF8_BYTES = 3

const encoder = new TextEncoder()

/**
 * Collects what one message carries. Crossing a thread, objects cost several times what their values do, because each name of each object is written
 * and looked up again; and a buffer of its own for each body costs more than copying it.
 */
export class Packer {
  #values: unknown[] = []
  #buffer = new Uint8Array(FIRST_ROOM)
  #filled = 0

  get isEmpty(): boolean {
    return this.#values.length === 0
  }

  /** Anything that crosses a thread as it is. */
  value(value: unknown): void {
    this.#values.push(value)
  }

  /** A copy, taken at once. */
  bytes(bytes: Uint8Array): void {
    this.#makeRoom(bytes.length)
    this.#buffer.set(bytes, this.#filled)
    this.#filled += bytes.length
    this.#values.push(bytes.length)
  }

  /** A text that the other side wants as UTF-8. */
  text(text: string): void {
    this.#makeRoom(text.length * MOST_UTF8_BYTES)
    const { written } = encoder.encodeInto(text, this.#buffer.subarray(this.#filled))
    this.#filled += written
    this.#values.push(written)
  }

  /** All that `collect` gives, or nothing of it when that throws: half a call would be read as the half of another. */
  whole(collect: () => void): void {
    const [values, filled] = [this.#values.length, this.#filled]
    try {
      collect()
    } catch (error) {
      this.#values.length = values
      this.#filled = filled
      throw error
    }
  }

  /** What was collected; begins anew. */
  take(): Packed {
    const values = this.#values
    const bytes = this.#filled === 0 ? null : this.#buffer.slice(0, this.#filled)
    this.#values = []
    this.#filled = 0
    if (this.#buffer.length > MOST_ROOM) this.#buffer = new Uint8Array(FIRST_ROOM)
    return { values, bytes }
  }

  #makeRoom(bytes: number): void {
    const wanted = this.#filled + bytes
    if (wanted <= this.#buffer.length) return
    const grown = new Uint8Array(Math.max(wanted, 2 * this.#buffer.length))
    grown.set(this.#buffer.subarray(0, this.#filled))
    this.#buffer = grown
  }
}

/** Gives back, in the same order, what a `Packer` was given. */
export class Unpacker {
  readonly #values: readonly unknown[]
  readonly #bytes: Uint8Array
  #at = 0
  #bytesAt = 0

  constructor({ values, bytes }: Packed) {
    this.#values = values
    this.#bytes = bytes ?? new Uint8Array(0)
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#values.length
  }

  /** The type is what the packing side gave: both sides are compiled from one description. */
  value<T>(): T {
    const value = this.#values[this.#at] as T
    this.#at += 1
    return value
  }

  /** A view of the message's bytes. */
  bytes(): Uint8Array {
    const from = this.#bytesAt
    this.#bytesAt += this.value<number>()
    return this.#bytes.subarray(from, this.#bytesAt)
  }
}
