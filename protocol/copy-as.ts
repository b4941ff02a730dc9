import { z } from 'zod'

/** What a request can be copied as. */
export const CopyFormat = z.enum(['curl-bash', 'curl-powershell', 'raw-http', 'json'])
export type CopyFormat = z.infer<typeof CopyFormat>

export type Copied = {
  /** Names of the headers whose values were hidden, as written, each once. */
  readonly hidden: readonly string[]
  /** Length of the text that is on the clipboard, in characters. */
  readonly length: number
}
