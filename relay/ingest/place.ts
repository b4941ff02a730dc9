import type { Bucket, Input, RelayStore } from '../store/store.ts'
import type { Mount, MountFinder } from './mount.ts'

/** Where a request target leads. */
export type Place =
  | { readonly kind: 'input'; readonly input: Input; readonly bucket: Bucket; readonly mountBytes: number }
  | { readonly kind: 'unknown'; readonly mount: Mount | null }

export function locate(target: string, mounts: MountFinder, store: Pick<RelayStore, 'admin'>): Place {
  const mount = mounts.find(target)
  const input = mount && store.admin.input(mount.inputId)
  const bucket = input && store.admin.bucket(input.bucketId)
  if (!mount || !input || !bucket) return { kind: 'unknown', mount }
  return { kind: 'input', input, bucket, mountBytes: mount.mountBytes }
}

/** The largest body taken there, in bytes. */
export function bodyLimit(place: Place, maxBodyBytes: number): number {
  if (place.kind === 'unknown') return maxBodyBytes
  return place.input.settings.maxBodyBytes ?? place.bucket.settings.maxBodyBytes ?? maxBodyBytes
}
