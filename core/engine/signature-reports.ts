import type { RequestId } from '../../protocol/ids.ts'
import type { RequestDetail } from '../../protocol/request.ts'
import type { SignatureReport } from '../../protocol/signature.ts'
import { MIB } from '../../protocol/limits.ts'
import { detectScheme, verifyRequest } from '../../signatures/verify.ts'
import type { HistoryRequests } from '../history/history.ts'
import type { Secrets } from '../secrets.ts'

export type SigningScheme = 'github' | 'stripe'

export type SignatureReports = {
  of(id: RequestId): Promise<SignatureReport>
  setSecret(scheme: SigningScheme, secret: string): Promise<void>
  deleteSecret(scheme: SigningScheme): Promise<void>
}

/** How many verdicts are kept; they are cheap to make again. */
const KEPT = 500

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
    const scheme = detectScheme(request.headers)
    if (scheme === null) return { state: 'none' }
    const told = { scheme: scheme.id, schemeName: scheme.name, headerNames: [...scheme.headerNames] }
    const secret = await options.secrets.get(`signing:${scheme.id}`)
    if (secret === null) return { state: 'no-secret', ...told }
    const verdict = verifyRequest({
      scheme: scheme.id,
      headers: request.headers,
      body: await readWhole(options.requests, request),
      secrets: [secret],
      receivedAt: request.receivedAt,
    })
    const { algorithm, ageSeconds } = verdict
    if (verdict.ok) return { state: 'verified', ...told, algorithm, ageSeconds }
    return { state: 'failed', ...told, algorithm, ageSeconds, code: verdict.code, reason: verdict.reason }
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
