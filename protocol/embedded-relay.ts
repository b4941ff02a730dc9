import { z } from 'zod'

/** What the app's relay thread is started with; all else is the relay's default for one person on one computer. */
export type EmbeddedRelayData = {
  /** Port of 127.0.0.1; 0 = any free one. */
  readonly port: number
  readonly dataDir: string
  /** What inputs' URLs begin with for senders, where a tunnel leads here; null = this computer's own address. */
  readonly publicUrl: string | null
  /** Path of better-sqlite3's addon where it is not the prebuilt one. */
  readonly nativeBinding: string | null
}

/** What the app tells its relay thread. `ask` is administration: the same routes as over HTTP, through a door that only the app has. */
export const ToEmbeddedRelay = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('ask'),
    id: z.int(),
    method: z.enum(['GET', 'POST', 'PATCH', 'DELETE']),
    path: z.string(),
    /** JSON, where the route takes a body. */
    body: z.unknown(),
  }),
  z.object({ type: z.literal('stop') }),
])
export type ToEmbeddedRelay = z.infer<typeof ToEmbeddedRelay>

/** What the relay thread tells the app. `failed` is followed by the thread's end; `stopped` by exit code 0. */
export const FromEmbeddedRelay = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), url: z.string(), port: z.int() }),
  z.object({ type: z.literal('failed'), code: z.enum(['port-taken', 'store', 'internal']), message: z.string() }),
  /** `body` is the answer's JSON, or null when it had none. */
  z.object({ type: z.literal('answer'), id: z.int(), status: z.int(), body: z.unknown() }),
  z.object({ type: z.literal('stopped') }),
])
export type FromEmbeddedRelay = z.infer<typeof FromEmbeddedRelay>
