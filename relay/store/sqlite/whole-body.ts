import { CHUNK_BYTES } from '../../../protocol/limits.ts'
import { StoreError } from '../store-error.ts'
import type { BodyChunks } from './body-chunks.ts'
import { idText } from './item-rows.ts'
import type { ItemRow, ItemRows } from './item-rows.ts'

/** A body that travels with its item: null when it is over 256 KiB. A shorter one may stand in chunks too, when memory was short as it came. */
export function readWholeBody(row: ItemRow, items: ItemRows, chunks: BodyChunks): Uint8Array | null {
  if (row.bodyBytes > CHUNK_BYTES) return null
  const body = row.bodyId === null ? items.readInline(row) : chunks.read(row.bodyId, 0, row.bodyBytes)
  if (body?.byteLength === row.bodyBytes) return body
  throw new StoreError(
    'corrupt',
    `The body of item ${idText(row.id)} is not what was written: the file was changed or damaged.`,
  )
}
