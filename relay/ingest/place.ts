import type { Bucket, Input, RelayStore } from '../store/store.ts'
import type { Mount, MountFinder } from './mount.ts'

/** Where a request target leads. */
export type Place =
  | { readonly kind: 'input'; readonly input: Input; readonly bucket: Bucket; readonly mountBytes: number }
  | { readonly kind: 'unknown'; readonly mount: Mount | null }

/** Length of `/in/` and a UUID. */
const USUAL_MOUNT_BYTES = 40

export function locate(target: string, mounts: MountFinder, store: Pick<RelayStore, 'admin'>): Place {
  // The usual target has the id as we give it out: then there is nothing to be read more closely.
  const usual = target.startsWith('/in/') ? store.admin.input(target.slice(4, USUAL_MOUNT_BYTES)) : null
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
