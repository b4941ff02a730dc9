import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { uptime } from 'node:os'
import { DeliveryId } from '../../protocol/ids.ts'
import type { BegunDelivery } from '../history/history.ts'
import type { DeliveryMarks } from './forwarder.ts'

/**
 * Which deliveries have begun to go out, and which of them were answered, until that is in the history: kept where a `kill -9` of this process leaves it, in
 * a small file, written without waiting for the disk. So nothing that goes out has to wait for a commit, and it is known after a crash what had gone. It says
 * nothing after a restart of the machine, nor beside another history than the one it was written for; then what stands as sending is in doubt.
 */
export type StartMarks = DeliveryMarks & {
  /** What had begun when the last run ended, or undefined when that is not known. `run` names that run, as the history remembers it. */
  previous(run: unknown): readonly BegunDelivery[] | undefined
  /** Starts anew, for the run of this name. */
  open(run: string): void
  /** Ends the run as it should end: what began and has no end was broken off, and stands in the file. */
  close(): void
}

const HEAD_BYTES = 256
/** The delivery's id, its answer's status or 0, and how long it took in ms. */
const MARK_BYTES = 16
const STATUS_AT = 8
const LATENCY_AT = 12
/** Room from the start, so that a full disk takes no mark away. */
const FIRST_ROOM = 1024
const FORMAT = 'creel-starts-2'
/** So long an answer's mark may wait for the next start's, to be written with it: each write costs as much as building the request. */
const ANSWER_WAITS_MS = 1
/** How far two measurements of the same start of the machine may be apart. */
const SAME_BOOT_MS = 5_000

export type StartMarksOptions = {
  readonly file: string
  readonly now: () => number
  /** Told when the file cannot be written any more. From then on there are no marks. */
  readonly onProblem: (problem: unknown) => void
}

export function createStartMarks(options: StartMarksOptions): StartMarks {
  return new MarksFile(options)
}

class MarksFile implements StartMarks {
  readonly #options: StartMarksOptions
  readonly #places = new Map<DeliveryId, number>()
  /** What the file has behind its head, with what is to be written: from `#dirtyFrom`, up to `#dirtyTo`. */
  #marks = Buffer.alloc(FIRST_ROOM * MARK_BYTES)
  #dirtyFrom = Infinity
  #dirtyTo = 0
  #timer: NodeJS.Timeout | null = null
  #free: number[] = []
  #used = 0
  #fd: number | null = null

  constructor(options: StartMarksOptions) {
    this.#options = options
  }

  previous(run: unknown): readonly BegunDelivery[] | undefined {
    const bytes = this.#read()
    if (bytes === null || bytes.length < HEAD_BYTES) return undefined
    const [format, boot = '', writtenFor] = bytes.toString('latin1', 0, HEAD_BYTES).split('\n')
    if (format !== FORMAT || writtenFor !== run || !isSameBoot(boot, describeBoot(this.#options.now())))
      return undefined
    const begun: BegunDelivery[] = []
    for (let at = HEAD_BYTES; at + MARK_BYTES <= bytes.length; at += MARK_BYTES) {
      const id = DeliveryId.safeParse(bytes.readDoubleLE(at))
      if (!id.success || id.data <= 0) continue
      const status = bytes.readUInt16LE(at + STATUS_AT)
      const answer = status === 0 ? null : { status, latencyMs: bytes.readFloatLE(at + LATENCY_AT) }
      begun.push({ id: id.data, answer })
    }
    return begun
  }

  open(run: string): void {
    const bytes = Buffer.alloc(HEAD_BYTES + FIRST_ROOM * MARK_BYTES)
    bytes.write(`${FORMAT}\n${describeBoot(this.#options.now())}\n${run}\n`, 'latin1')
    this.#marks.fill(0)
    this.#guarded(() => {
      rmSync(this.#options.file, { force: true })
      this.#fd = openSync(this.#options.file, 'wx', 0o600)
      writeWhole(this.#fd, bytes, 0)
    })
  }

  begun(id: DeliveryId): void {
    const place = this.#places.get(id) ?? this.#free.pop() ?? this.#used
    this.#used = Math.max(this.#used, place + 1)
    this.#places.set(id, place)
    this.#note(place, id)
    this.#write()
  }

  answered(id: DeliveryId, status: number, latencyMs: number): void {
    const place = this.#places.get(id)
    if (place === undefined) return
    this.#note(place, id, status, latencyMs)
    // Until then it is one of those that were under way a moment ago: no more are in doubt for that.
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      this.#write()
    }, ANSWER_WAITS_MS)
  }

  ended(id: DeliveryId): void {
    const place = this.#places.get(id)
    if (place === undefined) return
    // What the file says of it counts no more: the history has its end, and no other delivery ever has its id.
    this.#places.delete(id)
    this.#free.push(place)
  }

  waits(id: DeliveryId): void {
    const place = this.#places.get(id)
    if (place === undefined) return
    this.#note(place, 0)
    this.#write()
    this.ended(id)
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#write()
    if (this.#fd !== null) closeSync(this.#fd)
    this.#fd = null
  }

  #note(place: number, id: number, status = 0, latencyMs = 0): void {
    const at = place * MARK_BYTES
    if (at === this.#marks.length) this.#marks = Buffer.concat([this.#marks], 2 * this.#marks.length)
    this.#marks.writeDoubleLE(id, at)
    this.#marks.writeUInt16LE(status, at + STATUS_AT)
    this.#marks.writeFloatLE(latencyMs, at + LATENCY_AT)
    this.#dirtyFrom = Math.min(this.#dirtyFrom, at)
    this.#dirtyTo = Math.max(this.#dirtyTo, at + MARK_BYTES)
  }

  /** One write for all that was noted; the marks between them are written again as they are. */
  #write(): void {
    const [fd, from, to] = [this.#fd, this.#dirtyFrom, this.#dirtyTo]
    if (to <= from) return
    this.#dirtyFrom = Infinity
    this.#dirtyTo = 0
    if (fd !== null) this.#guarded(() => writeWhole(fd, this.#marks.subarray(from, to), HEAD_BYTES + from))
  }

  #read(): Buffer | null {
    try {
      return readFileSync(this.#options.file)
    } catch (problem) {
      if (!(problem instanceof Error && 'code' in problem && problem.code === 'ENOENT'))
        this.#options.onProblem(problem)
      return null
    }
  }

  /** Marks that are not whole would say of a delivery that it did not go: rather none. */
  #guarded(act: () => void): void {
    try {
      act()
    } catch (problem) {
      this.#options.onProblem(problem)
      this.#forget()
    }
  }

  #forget(): void {
    this.close()
    rmSync(this.#options.file, { force: true })
  }
}

/** A disk that is nearly full takes a part of what is written, and says nothing. */
function writeWhole(fd: number, bytes: Uint8Array, at: number): void {
  const written = writeSync(fd, bytes, 0, bytes.length, at)
  if (written < bytes.length) throw new Error(`Of ${bytes.length} bytes of marks only ${written} could be written.`)
}

/** Names the time since which this machine has been running: what was written since is there, even where the disk does not have it yet. */
function describeBoot(now: number): string {
  if (process.platform === 'linux') {
    try {
      return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
    } catch {
      // Not every container shows it; the clock says it nearly as well.
    }
  }
  return `since ${Math.round(now - uptime() * 1000)}`
}

function isSameBoot(one: string, other: string): boolean {
  if (one === other) return true
  const times = [one, other].map((text) => Number(/^since (\d+)$/.exec(text)?.[1] ?? Number.NaN))
  return Math.abs((times[0] ?? Number.NaN) - (times[1] ?? Number.NaN)) <= SAME_BOOT_MS
}
