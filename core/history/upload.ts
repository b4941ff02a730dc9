import { CHUNK_BYTES, UNCOMMITTED_BYTES, UNCOMMITTED_BYTES_PER_REQUEST } from '../../protocol/limits.ts'
import type { Content } from './threads/messages.ts'

/** A body on its way to the writer. */
export type Upload = {
  /** Queues a copy; resolves when more may come. A piece over 256 KiB must stay as it is until then. */
  write(bytes: Uint8Array): Promise<void>
  /** The end of the body, for the call that stores its owner. Nothing may be written afterwards. */
  end(): Content
  /** Lets the writer delete what it has. Idempotent, and without effect after `end`. */
  abort(): void
}

export type Uploads = {
  /** Starts a body of about this many bytes. */
  begin(expectedBytes: number): Upload
  /** Lets the writer delete a body whose owner could not be stored. */
  discard(content: Content): void
}

export type UploadOptions = {
  /** Resolves after the commit. */
  readonly sendChunk: (upload: number, n: number, bytes: Uint8Array<ArrayBuffer>) => Promise<unknown>
  readonly drop: (upload: number) => void
}

/** Cuts bodies into chunks of 256 KiB, and holds writers back while too many bytes wait for a commit. Bodies up to one chunk are kept for the end. */
export function createUploads(options: UploadOptions): Uploads {
  const budget = { used: 0, waiting: new Set<() => void>() }
  let lastUpload = 0
  return {
    begin: (expectedBytes) => createUpload(options, budget, ++lastUpload, expectedBytes),
    discard: (content) => void (content.kind === 'upload' && options.drop(content.upload)),
  }
}

type Budget = { used: number; readonly waiting: Set<() => void> }

function createUpload(options: UploadOptions, budget: Budget, upload: number, expectedBytes: number): Upload {
  let buffer = new Uint8Array(Math.min(Math.max(expectedBytes, 0), CHUNK_BYTES))
  let filled = 0
  let sent = 0
  let uncommitted = 0
  let failure: Error | null = null
  let isOver = false

  function send(): void {
    const bytes = buffer.length
    uncommitted += bytes
    budget.used += bytes
    void follow(options.sendChunk(upload, sent, buffer), bytes)
    sent += 1
    buffer = new Uint8Array(CHUNK_BYTES)
    filled = 0
  }

  async function follow(commit: Promise<unknown>, bytes: number): Promise<void> {
    try {
      await commit
    } catch (error) {
      failure ??= error instanceof Error ? error : new Error(String(error))
    }
    uncommitted -= bytes
    budget.used -= bytes
    wakeAll(budget)
  }

  /** Makes room for at least one more byte. */
  function grow(wanted: number): void {
    if (filled === CHUNK_BYTES) {
      send()
      return
    }
    const grown = new Uint8Array(Math.min(CHUNK_BYTES, Math.max(filled * 2, filled + wanted)))
    grown.set(buffer)
    buffer = grown
  }

  async function untilRoom(): Promise<void> {
    while (
      failure === null &&
      (uncommitted + filled >= UNCOMMITTED_BYTES_PER_REQUEST || (uncommitted > 0 && budget.used >= UNCOMMITTED_BYTES))
    ) {
      await new Promise<void>((resolve) => budget.waiting.add(resolve))
    }
    if (failure !== null) throw failure
  }

  return {
    async write(bytes) {
      if (failure !== null) throw failure
      if (isOver) throw new Error('The body has ended already.')
      for (let at = 0; at < bytes.length;) {
        if (filled === buffer.length) grow(bytes.length - at)
        const piece = bytes.subarray(at, at + buffer.length - filled)
        buffer.set(piece, filled)
        filled += piece.length
        at += piece.length
        // The first chunk's worth is copied at once, so that usual callers need not wait before they reuse their buffer.
        if (at < bytes.length && at >= CHUNK_BYTES) await untilRoom()
      }
      await untilRoom()
    },
    end() {
      isOver = true
      const bytes = buffer.slice(0, filled)
      return sent === 0 ? { kind: 'inline', bytes } : { kind: 'upload', upload, n: sent, last: bytes }
    },
    abort() {
      if (isOver) return
      isOver = true
      failure ??= new Error('The body was broken off.')
      wakeAll(budget)
      if (sent > 0) options.drop(upload)
    },
  }
}

/** Whoever still has no room waits again. */
function wakeAll(budget: Budget): void {
  const waiting = [...budget.waiting]
  budget.waiting.clear()
  for (const wake of waiting) wake()
}
