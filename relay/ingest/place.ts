import type { Bucket, Input, RelayStore } from '../store/store.ts'
import { USUAL_START, type Mount, type MountFinder } from './mount.ts'

/** Where a request target leads. */
export type Place =
  | { readonly kind: 'input'; readonly input: Input; readonly bucket: Bucket; readonly mountBytes: number }
  | { readonly kind: 'unknown'; readonly mount: Mount | null }

const UUID_LETTERS = 36
const USUAL_MOUNT_BYTES = USUAL_START.length + UUID_LETTERS

export function locate(target: string, mounts: MountFinder, store: Pick<RelayStore, 'admin'>): Place {
  // The usual target has the id as we give it out: then there is nothing to be read more closely.
  const usual = target.startsWith(USUAL_START)
    ? store.admin.input(target.slice(USUAL_START.length, USUAL_MOUNT_BYTES))
    : null
  if (usual) return placeOf(usual, USUAL_MOUNT_BYTES, store) ?? { kind: 'unknown', mount: mounts.find(target) }
  const mount = mounts.find(target)
  const input = mount && store.admin.input(mount.inputId)
  return (input && placeOf(input, mount.mountBytes, store)) ?? { kind: 'unknown', mount }
}

function placeOf(input: Input, mountBytes: number, store: Pick<RelayStore, 'admin'>): Place | null {
  const bucket = store.admin.bucket(input.bucketId)
  return bucket && { kind: 'input', input, bucket, mountBytes }
}

/** The largest body taken there, in bytes. */
export function bodyLimit(place: Place, maxBodyBytes: number): number {
  if (place.kind === 'unknown') return maxBodyBytes
  return place.input.settings.maxBodyBytes ?? place.bucket.settings.maxBodyBytes ?? maxBodyBytes
}
