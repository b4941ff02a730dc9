import type { DraftContent } from '../../protocol/draft.ts'
import { AppFailure } from '../../protocol/app-error.ts'

export function parseCurl(text: string): { content: DraftContent; body: Uint8Array; notes: readonly string[] } {
  throw new AppFailure({ code: 'bad-input', message: `This is no cURL command: ${text.slice(0, 20)}`, field: 'text' })
}
