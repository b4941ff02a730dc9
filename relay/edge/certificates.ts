import { X509Certificate } from 'node:crypto'
import { isSnsCertificateUrl } from '../../signatures/special/sns.ts'
import type { Fetched } from './fetch-bounded.ts'

/** Certificates that requests name by URL. */
export type Certificates = {
  /** PEM, or null: not one of Amazon's addresses, nothing came, what came is not Amazon's or not valid now, or too many are being fetched. */
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
    const until = fetched?.status === 200 ? validUntil(fetched.body, Date.now()) : null
    if (fetched === null || until === null) return null
    const [oldest] = kept.keys()
    if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest)
    kept.set(url, { pem: fetched.body, until: Math.min(until, Date.now() + KEPT_MS) })
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

/**
 * Until when (epoch ms) messages may be judged with it; null where it is none of SNS's or not valid now. That it comes from Amazon's own host over TLS
 * stands for the chain, which SNS does not send along.
 */
function validUntil(pem: string, now: number): number | null {
  const certificate = readCertificate(pem)
  if (certificate === null || !namesOf(certificate).some((name) => SNS_NAME.test(name))) return null
  const until = Date.parse(certificate.validTo)
  return Date.parse(certificate.validFrom) <= now && now < until ? until : null
}

/** `sns.amazonaws.com`, and those of single regions: `sns-signing.af-south-1.`, `sns-cn-north-1.`, `sns.eu-west-1.` and so on. */
const SNS_NAME = /^sns(?:-signing)?(?:[.-][a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?$/

function readCertificate(pem: string): X509Certificate | null {
  if (!pem.trimStart().startsWith('-----BEGIN CERTIFICATE-----')) return null
  try {
    return new X509Certificate(pem)
  } catch {
    // Whatever it is, nothing can be judged with it.
    return null
  }
}

function namesOf(certificate: X509Certificate): readonly string[] {
  // An empty subject is undefined, whatever Node's types say.
  const { subject, subjectAltName }: { readonly subject?: string; readonly subjectAltName?: string | undefined } =
    certificate
  const common = (subject ?? '').split('\n').flatMap((line) => (line.startsWith('CN=') ? [line.slice(3)] : []))
  const others = (subjectAltName ?? '').split(', ').flatMap((name) => (name.startsWith('DNS:') ? [name.slice(4)] : []))
  return [...common, ...others]
}
