import { isSnsCertificateUrl } from '../../signatures/special/sns.ts'
import type { Fetched } from './fetch-bounded.ts'

/** Certificates that requests name by URL. */
export type Certificates = {
  /** PEM, or null: not one of Amazon's addresses, or nothing came. */
  get(url: string): Promise<string | null>
}

const MOST_KEPT = 16
const KEPT_MS = 86_400_000

/** Fetches Amazon's certificates and keeps them for a day: they are the same for all messages of a region. */
export function createCertificates(fetch: (url: string) => Promise<Fetched | null>): Certificates {
  const kept = new Map<string, { readonly pem: string; readonly until: number }>()
  return {
    async get(url) {
      if (!isSnsCertificateUrl(url)) return null
      const known = kept.get(url)
      if (known !== undefined && known.until > Date.now()) return known.pem
      const fetched = await fetch(url)
      if (fetched?.status !== 200 || !fetched.body.includes('-----BEGIN CERTIFICATE-----')) return null
      const [oldest] = kept.keys()
      if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest)
      kept.set(url, { pem: fetched.body, until: Date.now() + KEPT_MS })
      return fetched.body
    },
  }
}
