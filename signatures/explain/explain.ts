import { createHash } from 'node:crypto'
import { candidatesOf, type Candidate } from '../detect.ts'
import type { Call, Judgement, Scheme } from '../scheme.ts'
import { findScheme } from '../schemes.ts'
import { secretPlace } from '../secret-places.ts'
import { bodyVariants } from './body-variants.ts'
import type { Diagnosis, Others, Variant } from './diagnosis.ts'
import { holds, nearSchemes } from './row-variants.ts'
import { secretVariants } from './secret-variants.ts'
import { explainMissing, explainShape } from './shape.ts'
import { explainAge, timestampVariants } from './timestamp-variants.ts'
import { isLocal, urlVariants } from './url-variants.ts'

/** Bodies that are longer are not tried in other forms. */
const MOST_EXPLAINED_BYTES = 4 * 1024 * 1024

/**
 * Why a request's signature does not hold, found by trying what commonly goes wrong, in the order of likelihood: the header, its shape, the
 * timestamp, the secret, the body, the URL, the algorithm, another sender's scheme. The first change that makes it hold is the cause.
 * Never throws; a try costs one more digest of the body.
 */
export function explainFailure(
  scheme: Scheme,
  call: Call,
  judgement: Judgement & { readonly ok: false },
  others: Others = {},
): Diagnosis {
  const { code, reason } = judgement
  switch (code) {
    case 'header-missing':
      return explainMissing(scheme, call, reason)
    case 'header-malformed':
    case 'missing-prefix':
      return firstSchemeThatHolds(scheme, call) ?? explainShape(scheme.row, call, reason)
    case 'timestamp-out-of-tolerance':
      return explainAge(scheme, call, judgement, reason)
    case 'timestamp-missing':
    case 'timestamp-malformed':
    case 'id-missing':
      return otherSchemeThatHolds(scheme, call, candidatesOf(call)) ?? { code, sentence: reason }
    case 'covered-header-missing':
    case 'body-malformed':
    case 'algorithm-refused':
    case 'expired':
    case 'needs-secret':
    case 'needs-url':
    case 'needs-webhook-id':
    case 'needs-key':
    case 'key-malformed':
    case 'key-host-refused':
    case 'unsigned':
      return { code, sentence: reason }
    case 'secret-malformed':
      return firstThatHolds(scheme, secretVariants(call, scheme.secretEncoding, others)) ?? { code, sentence: reason }
    case 'body-hash-mismatch':
      return firstThatHolds(scheme, bodyVariants(call)) ?? { code, sentence: reason }
    case 'mismatch':
      return explainMismatch(scheme, call, judgement, others)
  }
}

function explainMismatch(scheme: Scheme, call: Call, judgement: Judgement, others: Others): Diagnosis {
  // Each try hashes the body once more: of a large one only what is likeliest is tried, so that nobody waits.
  if (call.body.length > MOST_EXPLAINED_BYTES) {
    const variants = secretVariants(call, scheme.secretEncoding, others)
    return firstThatHolds(scheme, variants) ?? nothingHolds(scheme, call)
  }
  return (
    firstThatHolds(scheme, timestampVariants(call, judgement)) ??
    firstThatHolds(scheme, secretVariants(call, scheme.secretEncoding, others)) ??
    firstThatHolds(scheme, bodyVariants(call)) ??
    (scheme.needsUrl ? firstThatHolds(scheme, urlVariants(call, others)) : null) ??
    firstSchemeThatHolds(scheme, call) ??
    localUrl(scheme, call) ??
    nothingHolds(scheme, call)
  )
}

function firstThatHolds(scheme: Scheme, variants: Iterable<Variant>): Diagnosis | null {
  for (const { code, sentence, call } of variants) if (holds(scheme, call)) return { code, sentence }
  return null
}

/**
 * The scheme of a sender that the request surely comes from, then other algorithms and encodings of the same scheme, then others that use the same
 * header.
 */
function firstSchemeThatHolds(scheme: Scheme, call: Call): Diagnosis | null {
  const candidates = candidatesOf(call)
  const sure = candidates.filter(({ certainty }) => certainty === 'sure')
  return (
    otherSchemeThatHolds(scheme, call, sure) ??
    nearSchemeThatHolds(scheme, call) ??
    otherSchemeThatHolds(scheme, call, candidates)
  )
}

function nearSchemeThatHolds(scheme: Scheme, call: Call): Diagnosis | null {
  for (const near of scheme.row === undefined ? [] : nearSchemes(scheme.row)) {
    if (holds(near.scheme, call)) return { code: near.code, sentence: near.sentence }
  }
  return null
}

function otherSchemeThatHolds(scheme: Scheme, call: Call, candidates: readonly Candidate[]): Diagnosis | null {
  for (const candidate of candidates) {
    const other = candidate.scheme === scheme.id ? null : findScheme(candidate.scheme)
    if (other === null || !holds(other, call)) continue
    return { code: 'other-scheme', sentence: `It matches the scheme of ${candidate.name}: pick that one.` }
  }
  return null
}

function localUrl(scheme: Scheme, { url }: Call): Diagnosis | null {
  if (!scheme.needsUrl || url === null || !isLocal(url)) return null
  const sentence = `${scheme.name} signs the public URL; this was judged with ${url.slice(0, 200)}, which only this computer knows.`
  return { code: 'url-is-local-forward-target', sentence }
}

function nothingHolds(scheme: Scheme, { body, keys }: Call): Diagnosis {
  const hash = createHash('sha256').update(body).digest('hex')
  const what =
    scheme.signsSecret === true
      ? `Wrong ${secretPlace(scheme.id).label.toLowerCase()} or certificate`
      : wrongKey(scheme, keys)
  const sentence = `${what}, or the body was changed on its way. It has ${body.length} bytes, sha256 ${hash}.`
  return { code: 'mismatch', sentence }
}

function wrongKey({ resign }: Scheme, { secrets }: Call['keys']): string {
  if (resign === 'test-keys' || resign === 'no') return 'Wrong public key'
  return secrets.length > 1 ? 'None of the secrets is right' : 'Wrong secret'
}
