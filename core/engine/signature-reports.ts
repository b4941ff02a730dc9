import type { RequestId } from '../../protocol/ids.ts'
import type { RequestDetail } from '../../protocol/request.ts'
import type { SignatureEvidence, SignatureReport } from '../../protocol/signature.ts'
import { MIB } from '../../protocol/limits.ts'
import { candidatesOf, type Candidate } from '../../signatures/detect.ts'
import { explainFailure } from '../../signatures/explain/explain.ts'
import type { Call, Evidence, Judgement, Scheme } from '../../signatures/scheme.ts'
import { findScheme } from '../../signatures/schemes.ts'
import { secretPlace } from '../../signatures/secret-places.ts'
import { shownBytes } from '../../signatures/shown-bytes.ts'
import type { HistoryRequests } from '../history/history.ts'
import type { Secrets } from '../secrets.ts'

/** Id of a scheme of `signatures/`. */
export type SigningScheme = string

export type SignatureReports = {
  of(id: RequestId): Promise<SignatureReport>
  setSecret(scheme: SigningScheme, secret: string): Promise<void>
  deleteSecret(scheme: SigningScheme): Promise<void>
}

/** How many verdicts are kept; they are cheap to make again. */
const KEPT = 500
/** Of the signed bytes no more is shown. */
const SHOWN_BYTES = 16 * 1024

/**
 * Judges signatures when requests are shown. A verdict hangs on the secret, so it is never stored: it is kept in memory until a secret changes.
 */
export function createSignatureReports(options: {
  readonly requests: HistoryRequests
  readonly secrets: Secrets
}): SignatureReports {
  let known = new Map<RequestId, SignatureReport>()

  async function judge(id: RequestId): Promise<SignatureReport> {
    const request = await options.requests.get(id)
    if (request === null) return { state: 'none' }
    const byHeaders = candidatesOf({ headers: request.headers, body: null })
    // Some sign within the body: small ones are looked into where no header tells.
    const isLookedInto = byHeaders.length === 0 && request.bodyBytes <= MIB
    const body = isLookedInto ? await readWhole(options.requests, request) : null
    const candidates = isLookedInto ? candidatesOf({ headers: request.headers, body }) : byHeaders
    const chosen = await choose(candidates)
    if (chosen === null) return { state: 'none' }
    const { candidate, scheme, secret } = chosen
    const told = { scheme: candidate.scheme, schemeName: candidate.name, headerNames: [...candidate.headerNames] }
    if (secret === null) {
      const { label, where } = secretPlace(candidate.scheme)
      return { state: 'no-secret', ...told, secretLabel: label, secretWhere: where }
    }
    const bytes = body ?? (await readWhole(options.requests, request))
    const { call, judgement } = judgeUnderUrls(scheme, callOf(request, bytes, secret), urlsOf(request))
    const age = judgement.stamp?.ageSeconds ?? null
    const known = {
      ...told,
      algorithm: judgement.algorithm,
      ageSeconds: age === null ? null : Math.round(age),
      evidence: shownEvidence(judgement.evidence()),
    }
    if (judgement.ok) return { state: 'verified', ...known }
    const { code, sentence } = explainFailure(scheme, call, judgement)
    return { state: 'failed', ...known, code, reason: sentence }
  }

  /** The likeliest scheme that has a secret; else the likeliest, if it is not a mere possibility. */
  async function choose(candidates: readonly Candidate[]): Promise<Chosen | null> {
    for (const candidate of candidates) {
      const scheme = findScheme(candidate.scheme)
      const secret = await options.secrets.get(`signing:${candidate.scheme}`)
      if (scheme !== null && secret !== null) return { candidate, scheme, secret }
    }
    const first = candidates.find(({ certainty }) => certainty !== 'possible')
    const scheme = first === undefined ? null : findScheme(first.scheme)
    return first === undefined || scheme === null ? null : { candidate: first, scheme, secret: null }
  }

  return {
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
    async setSecret(scheme, secret) {
      await options.secrets.set(`signing:${scheme}`, secret)
      known = new Map()
    },
    async deleteSecret(scheme) {
      await options.secrets.delete(`signing:${scheme}`)
      known = new Map()
    },
  }
}

type Chosen = { readonly candidate: Candidate; readonly scheme: Scheme; readonly secret: string | null }

function callOf(request: RequestDetail, body: Uint8Array, secret: string): Call {
  const { method, headers, receivedAt } = request
  return { method, url: null, headers, body, keys: { secrets: [secret] }, receivedAt }
}

/** The URLs that the sender may have used: what the request itself tells, behind HTTPS and without. */
function urlsOf({ headers, requestTarget }: RequestDetail): readonly string[] {
  const host = headers.find(([name]) => name.toLowerCase() === 'host')?.[1].trim()
  return host === undefined || host === '' ? [] : [`https://${host}${requestTarget}`, `http://${host}${requestTarget}`]
}

/** The first URL under which it holds; else the likeliest. */
function judgeUnderUrls(
  scheme: Scheme,
  call: Call,
  urls: readonly string[],
): { readonly call: Call; readonly judgement: Judgement } {
  const calls = urls.map((url): Call => ({ ...call, url }))
  const [first = call, ...others] = calls
  const judgement = scheme.judge(first)
  if (judgement.ok || !scheme.needsUrl) return { call: first, judgement }
  for (const other of others) {
    const again = scheme.judge(other)
    if (again.ok) return { call: other, judgement: again }
  }
  return { call: first, judgement }
}

function shownEvidence({ signed, expected, received }: Evidence): SignatureEvidence {
  return {
    signed: signed === null ? null : { ...shownBytes(signed.subarray(0, SHOWN_BYTES)), bytes: signed.length },
    expected: [...expected],
    received: [...received],
  }
}

/** In pieces, so that the reader thread's messages stay small. */
async function readWhole(requests: HistoryRequests, request: RequestDetail): Promise<Uint8Array> {
  const whole = new Uint8Array(request.bodyBytes)
  for (let from = 0; from < request.bodyBytes; from += MIB) {
    const to = Math.min(request.bodyBytes, from + MIB)
    const piece = await requests.readBody({ kind: 'request', id: request.id }, from, to)
    if (piece === null) break
    whole.set(piece, from)
  }
  return whole
}
