import { isSnsCertificateUrl } from '../../signatures/special/sns.ts'
import type { Fetched } from './fetch-bounded.ts'

/** Certificates that requests name by URL. */
export type Certificates = {
  /** PEM, or null: not one of Amazon's addresses, nothing came, or too many are being fetched. */
  get(url: string): Promise<string | null>
}

const MOST_KEPT = 16
const KEPT_MS = 86_400_000
/** Whoever posts can name an address: they must not make the relay ask without end. */
const MOST_AT_ONCE = 4

/** Fetches Amazon's certificates and keeps them for a day: they are the same for all messages of a region. */
export function createCertificates(fetch: (url: string) => Promise<Fetched | null>): Certificates {
  const kept = new Map<string, { readonly pem: string; readonly until: number }>()
  const fetching = new Map<string, Promise<string | null>>()

  async function load(url: string): Promise<string | null> {
    const fetched = await fetch(url)
    if (fetched?.status !== 200 || !fetched.body.includes('-----BEGIN CERTIFICATE-----')) return null
    const [oldest] = kept.keys()
    if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest)
    kept.set(url, { pem: fetched.body, until: Date.now() + KEPT_MS })
    return fetched.body
  }

  return {
    async get(url) {
      if (!isSnsCertificateUrl(url)) return null
      const known = kept.get(url)
      if (known !== undefined && known.until > Date.now()) return known.pem
      const begun = fetching.get(url)
      if (begun !== undefined) return begun
      if (fetching.size >= MOST_AT_ONCE) return null
      const loading = load(url).finally(() => fetching.delete(url))
      fetching.set(url, loading)
      return loading
    },
  }
}
