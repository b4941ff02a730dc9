import { atStart } from './database-error.ts'
import { createHistoryDrafts } from './drafts.ts'
import type { History, HistoryHealth } from './history.ts'
import { createConfig, createDeliveries, createRequests, type Threads } from './history-parts.ts'
import { createIntake } from './intake.ts'
import { createKeeping } from './keeping.ts'
import type { OpenHistoryOptions } from './threads.ts'
import type { Calls, ReaderCalls, WriterCalls } from './threads/messages.ts'
import { WRITER_PACKING, type Packing } from './threads/packing.ts'
import { superviseThread, type SupervisorOptions } from './threads/supervisor.ts'
import { linkThread } from './threads/thread-link.ts'
import { createUploads } from './upload.ts'

/** A write large enough that a full disk does not take it by chance. */
const PROBE_BYTES = 65_536

/**
 * Opens the history in `file`, making the file and its folder where they are missing, and starts the threads that write and read it.
 * @throws HistoryError `database-newer`, `database-broken`, `database-locked`, `disk-full`, `no-permission`, with a sentence for a person.
 */
export async function openHistory(options: OpenHistoryOptions): Promise<History> {
  try {
    return await open(options)
  } catch (error) {
    throw atStart(error)
  }
}

async function open(options: OpenHistoryOptions): Promise<History> {
  const listeners = new Set<(health: HistoryHealth) => void>()
  const writer = await superviseThread<WriterCalls>({
    ...threadOptions<WriterCalls>(options, 'writer', WRITER_PACKING),
    async probe(link) {
      await link.call('probe', { bytes: PROBE_BYTES })
      await link.call('probe', { bytes: 0 })
    },
    onHealth: (health) => listeners.forEach((listener) => listener(health)),
  })
  const threads: Threads = { writer, reader: await superviseReader(options, () => writer.close()) }
  const uploads = createUploads({
    sendChunk: (upload, n, bytes) => writer.call('chunk', { upload, n, bytes }, [bytes.buffer]),
    // What cannot be deleted now is deleted at the next start.
    drop: (upload) => void writer.call('dropUpload', { upload }).catch(() => null),
  })
  const deliveries = createDeliveries(threads, uploads)
  return {
    intake: createIntake({
      writer,
      uploads,
      readSummary: async (id) => (await deliveries.digests([id]))[0] ?? null,
    }),
    deliveries,
    requests: createRequests(threads),
    config: createConfig(threads),
    drafts: createHistoryDrafts(threads, uploads),
    keeping: createKeeping(threads),
    onHealth(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    health: () => writer.health(),
    async close() {
      // The last to close puts the journal into the file, which only the writer can.
      await threads.reader.close()
      await writer.close()
    },
  }
}

async function superviseReader(
  options: OpenHistoryOptions,
  onFailure: () => Promise<void>,
): Promise<Threads['reader']> {
  try {
    return await superviseThread<ReaderCalls>({
      ...threadOptions<ReaderCalls>(options, 'reader', {}),
      probe: (link) => link.call('counts', null),
      // A reader that is gone hides what is stored, and loses nothing.
      onHealth: () => {},
    })
  } catch (error) {
    await onFailure()
    throw error
  }
}

function threadOptions<C extends Calls>(
  options: OpenHistoryOptions,
  role: 'writer' | 'reader',
  packing: Packing<C>,
): Pick<SupervisorOptions<C>, 'start' | 'now'> {
  const { file, nativeBinding, now, startWorker } = options
  return {
    now,
    start: (onEnd) => linkThread<C>(startWorker(role, { file, nativeBinding, role }), { now, packing, onEnd }),
  }
}
