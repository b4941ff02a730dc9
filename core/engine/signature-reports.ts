import { MIB } from '../../protocol/limits.ts'
import type { RequestId, SourceId } from '../../protocol/ids.ts'
import type { RequestDetail } from '../../protocol/request.ts'
import type { SignatureEvidence, SignatureReport, SigningSecretInfo } from '../../protocol/signature.ts'
import type { Candidate } from '../../signatures/detect.ts'
import type { Diagnosis } from '../../signatures/explain/diagnosis.ts'
import { explainFailure } from '../../signatures/explain/explain.ts'
import type { Evidence, FailureCode, Scheme } from '../../signatures/scheme.ts'
import { shownBytes } from '../../signatures/shown-bytes.ts'
import type { HistoryRequests } from '../history/history.ts'
import { judgeRequest, readWhole, type Judged } from '../signing/judge-request.ts'
import { createKnownSchemes, type KnownSchemes } from '../signing/known-schemes.ts'
import { createSigningSecrets, type SigningSecret } from '../signing/signing-secrets.ts'
import type { Secrets } from '../secrets.ts'

export type SignatureReports = {
  readonly schemes: KnownSchemes
  /** Without their values. */
  listSecrets(): Promise<readonly SigningSecretInfo[]>
  /** For the main process alone. */
  keptSecret(scheme: string, id: string): Promise<SigningSecret | null>
  /** Of a source its own, the newest first; those for every source where it has none. */
  secretsToSignWith(scheme: string, sourceId: SourceId | null): Promise<readonly string[]>
  of(id: RequestId): Promise<SignatureReport>
  /** For one source, or for all; one of the same name is replaced. Without a name it has that of the source or of the sender. */
  setSecret(
    scheme: string,
    secret: string,
    place?: { readonly sourceId: SourceId | null; readonly name: string | null },
  ): Promise<SigningSecretInfo>
  /** One, or all of the scheme. */
  deleteSecret(scheme: string, id?: string): Promise<void>
  /** A source was removed: what it was verified with goes too. */
  dropSource(id: SourceId): Promise<void>
  /** The schemes that a person made changed: what was judged by them is old. */
  forget(): void
}

export type ReportOptions = {
  readonly requests: HistoryRequests
  readonly secrets: Secrets
  readonly schemes?: KnownSchemes
  readonly sourceOf?: (id: SourceId) => { readonly name: string } | null
  readonly now?: () => number
}

/** How many verdicts are kept; they are cheap to make again. */
const KEPT = 500
/** Of the signed bytes no more is shown, and of received signatures no more of each and no more of them. */
const SHOWN_BYTES = 16 * 1024
const SHOWN_CHARS = 4096
const SHOWN_VALUES = 20

/**
 * Judges signatures when requests are shown. A verdict hangs on the secret, so it is never stored: it is kept in memory until a secret changes.
 */
export function createSignatureReports(options: ReportOptions): SignatureReports {
  const { schemes = createKnownSchemes(() => []), sourceOf = () => null } = options
  const secrets = createSigningSecrets(options.secrets, options.now ?? Date.now)
  let known = new Map<RequestId, SignatureReport>()

  async function judge(id: RequestId): Promise<SignatureReport> {
    const request = await options.requests.get(id)
    if (request === null) return { state: 'none' }
    const byHeaders = schemes.candidates({ headers: request.headers, body: null })
    // Some sign within the body: small ones are looked into where no header tells.
    const isLookedInto = byHeaders.length === 0 && request.bodyBytes <= MIB
    const body = isLookedInto ? await readWhole(options.requests, request) : null
    const candidates = isLookedInto ? schemes.candidates({ headers: request.headers, body }) : byHeaders
    const chosen = await withSecrets(candidates, request.sourceId)
    if (chosen.length === 0) {
      const likely = candidates.find(({ certainty }) => certainty !== 'possible')
      return likely === undefined ? { state: 'none' } : { state: 'no-secret', ...told(likely), missing: null }
    }
    return judgeWith(request, body ?? (await readWhole(options.requests, request)), chosen)
  }

  /** The candidates that there is a secret for: any may be meant. */
  async function withSecrets(candidates: readonly Candidate[], sourceId: SourceId | null): Promise<readonly Chosen[]> {
    const chosen: Chosen[] = []
    for (const candidate of candidates) {
      const scheme = schemes.find(candidate.scheme)
      const newestFirst = await secrets.of(candidate.scheme, sourceId)
      const tried = BY_PLACE.has(candidate.scheme) ? newestFirst.toReversed() : newestFirst
      if (scheme !== null && tried.length > 0) chosen.push({ candidate, scheme, secrets: tried })
    }
    return chosen
  }

  /** By the first that it holds with; else the likeliest is explained. */
  async function judgeWith(
    request: RequestDetail,
    body: Uint8Array,
    [first, ...others]: readonly Chosen[],
  ): Promise<SignatureReport> {
    if (first === undefined) return { state: 'none' }
    const judged = judgeRequest(first.scheme, request, body, textsOf(first.secrets))
    if (judged.judgement.ok) return verified(first, request, body, judged)
    for (const other of others) {
      const again = judgeRequest(other.scheme, request, body, textsOf(other.secrets))
      if (again.judgement.ok) return verified(other, request, body, again)
    }
    return failed(first, request, judged)
  }

  function verified(chosen: Chosen, request: RequestDetail, body: Uint8Array, judged: Judged): SignatureReport {
    const { scheme, secrets: tried } = chosen
    const holds = (some: readonly SigningSecret[]) => judgeRequest(scheme, request, body, textsOf(some)).judgement.ok
    const match = tried.length === 1 ? tried[0] : tried.find((one) => holds([one]))
    // PayPal's id and certificate, say: those without which it would not hold.
    const together = match ? [match] : tried.filter((one) => !holds(tried.filter((other) => other !== one)))
    const secretName = together.map(({ name }) => name).join(' and ') || null
    return { state: 'verified', ...judgedFacts(chosen, judged), secretName }
  }

  async function failed(chosen: Chosen, request: RequestDetail, { call, judgement }: Judged): Promise<SignatureReport> {
    const { candidate, scheme } = chosen
    if (judgement.ok) throw new TypeError('What holds has not failed.')
    if (STILL_MISSING.has(judgement.code)) {
      return { state: 'no-secret', ...told(candidate), missing: judgement.reason }
    }
    const elsewhere = await secrets.ofOthers(candidate.scheme, request.sourceId)
    const found = explainFailure(scheme, call, judgement, { secrets: elsewhere })
    const { code, sentence } = asWhereItCameFrom(request, judgement.code, found)
    return {
      state: 'failed',
      ...judgedFacts(chosen, { call, judgement }),
      code,
      reason: sentence,
      secretNames: chosen.secrets.map(({ name }) => name),
    }
  }

  function defaultName(scheme: string, sourceId: SourceId | null): string {
    const source = sourceId === null ? null : sourceOf(sourceId)
    return source?.name ?? schemes.find(scheme)?.name ?? scheme
  }

  return {
    schemes,
    keptSecret: (scheme, id) => secrets.get(scheme, id),
    listSecrets: () => secrets.list(schemes.list().map(({ id }) => id)),
    async secretsToSignWith(scheme, sourceId) {
      const all = await secrets.of(scheme, sourceId)
      const own = all.filter((each) => each.sourceId === sourceId)
      const chosen = own.length > 0 ? own : all
      // Where each signature has a secret of its place, they stand in the order in which they were set.
      return textsOf(BY_PLACE.has(scheme) ? chosen.toReversed() : chosen)
    },
    async of(id) {
      const cached = known.get(id)
      if (cached) return cached
      // A secret that changes meanwhile begins another map: this verdict is already old then.
      const kept = known
      const report = await judge(id)
      if (kept.size >= KEPT) kept.clear()
      kept.set(id, report)
      return report
    },
    async setSecret(scheme, secret, place) {
      const sourceId = place?.sourceId ?? null
      const added = await secrets.add({ scheme, secret, sourceId, name: place?.name ?? defaultName(scheme, sourceId) })
      known = new Map()
      return added
    },
    async deleteSecret(scheme, id) {
      await secrets.remove(scheme, id ?? null)
      known = new Map()
    },
    async dropSource(id) {
      await secrets.removeSource(
        schemes.list().map((scheme) => scheme.id),
        id,
      )
      known = new Map()
    },
    forget() {
      known = new Map()
    },
  }
}

type Chosen = {
  readonly candidate: Candidate
  readonly scheme: Scheme
  readonly secrets: readonly SigningSecret[]
}

/** The first secret means something else than the second. */
const BY_PLACE: ReadonlySet<string> = new Set(['box', 'docusign', 'mailgun', 'oauth1'])

/** Something is set, and something else is needed beside it. */
const STILL_MISSING: ReadonlySet<FailureCode> = new Set(['needs-secret', 'needs-key', 'needs-webhook-id'])

/** What nothing but another body explains. */
const BY_BODY = /^(?:mismatch|body-.*|algorithm-differs|encoding-differs|only-body-signed)$/

/** What came through a public channel, or was edited here, differs from what was signed: to look for another cause would mislead. */
function asWhereItCameFrom({ kind, parentId, source }: RequestDetail, code: FailureCode, found: Diagnosis): Diagnosis {
  const isByBody = (code === 'mismatch' || code === 'body-hash-mismatch') && BY_BODY.test(found.code)
  if (!isByBody) return found
  if (kind === 'captured' && source?.kind === 'smee') {
    const sentence = 'The public channel wrote the body anew, so the signature cannot be checked.'
    return { code: 'channel-rewrote-body', sentence }
  }
  if (kind === 'composed' && parentId !== null) {
    return { code: 'edited-here', sentence: 'It was edited here and sent with the signature of the original.' }
  }
  return found
}

function told({ scheme, name, headerNames }: Candidate) {
  return { scheme, schemeName: name, headerNames: [...headerNames] }
}

function judgedFacts({ candidate, scheme }: Chosen, { judgement }: Judged) {
  const age = judgement.stamp?.ageSeconds ?? null
  return {
    ...told(candidate),
    algorithm: judgement.algorithm,
    ageSeconds: age === null ? null : Math.round(age * 10) / 10,
    allowedSeconds: scheme.toleranceSeconds,
    evidence: shownEvidence(judgement.evidence()),
  }
}

function textsOf(secrets: readonly SigningSecret[]): readonly string[] {
  return secrets.map(({ secret }) => secret)
}

/** Where nothing is signed, what is compared is the secret itself: nothing of that is shown. */
function shownEvidence({ signed, expected, received }: Evidence): SignatureEvidence {
  if (signed === null) return { signed: null, expected: [], received: [] }
  const cut = (values: readonly string[]) => values.slice(0, SHOWN_VALUES).map((value) => value.slice(0, SHOWN_CHARS))
  return {
    signed: { ...shownBytes(signed.subarray(0, SHOWN_BYTES)), bytes: signed.length },
    expected: cut(expected),
    received: cut(received),
  }
}
