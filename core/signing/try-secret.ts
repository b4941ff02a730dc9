import { MIB } from '../../protocol/limits.ts'
import type { RequestId, SourceId } from '../../protocol/ids.ts'
import type { RequestDetail } from '../../protocol/request.ts'
import type { SecretTrial } from '../../protocol/signature.ts'
import type { HistoryRequests } from '../history/history.ts'
import { judgeRequest, readWhole } from './judge-request.ts'
import type { KnownSchemes } from './known-schemes.ts'

export type TrialOptions = {
  readonly scheme: string
  readonly secret: string
  /** Whose requests it is tried with; null: anybody's. */
  readonly sourceId: SourceId | null
  /** The one it is typed at. */
  readonly requestId: RequestId | null
}

export type SecretTrials = {
  /** What a secret that is being typed would verify. Nothing of it is kept. */
  try(options: TrialOptions): Promise<SecretTrial>
}

type Sample = { readonly request: RequestDetail; readonly body: Uint8Array }

/** So many are tried, of so many that are looked at; a longer body is passed over. */
const TRIED = 12
const LOOKED_AT = 200

/** Tries secrets with the newest stored requests of their scheme. */
export function createSecretTrials(options: {
  readonly requests: HistoryRequests
  readonly schemes: KnownSchemes
}): SecretTrials {
  const { requests, schemes } = options
  let kept: { readonly key: string; readonly samples: Promise<readonly Sample[]> } | null = null

  async function sampleOf(id: RequestId, scheme: string): Promise<Sample | null> {
    const request = await requests.get(id)
    if (request === null || request.kind !== 'captured' || request.bodyBytes > MIB) return null
    const isOf = (body: Uint8Array | null) =>
      schemes.candidates({ headers: request.headers, body }).some((candidate) => candidate.scheme === scheme)
    const isByHeader = isOf(null)
    if (!isByHeader && schemes.candidates({ headers: request.headers, body: null }).length > 0) return null
    const body = await readWhole(requests, request)
    return isByHeader || isOf(body) ? { request, body } : null
  }

  async function newest(scheme: string, sourceId: SourceId | null): Promise<readonly Sample[]> {
    const rows = await requests.list({ view: 'all', sourceId, text: '' }, { before: null, limit: LOOKED_AT })
    const samples: Sample[] = []
    for (const { id } of rows) {
      if (samples.length >= TRIED) break
      const sample = await sampleOf(id, scheme)
      if (sample !== null) samples.push(sample)
    }
    return samples
  }

  /** While somebody types, the same requests are tried again, until another has come. */
  async function samplesOf(scheme: string, sourceId: SourceId | null): Promise<readonly Sample[]> {
    const [latest] = await requests.list({ view: 'all', sourceId, text: '' }, { before: null, limit: 1 })
    const key = `${scheme} ${sourceId ?? ''} ${latest?.id ?? ''}`
    if (kept?.key !== key) kept = { key, samples: newest(scheme, sourceId) }
    return kept.samples
  }

  return {
    async try({ scheme: id, secret, sourceId, requestId }) {
      const scheme = schemes.find(id)
      if (scheme === null) return { request: null, verified: 0, of: 0 }
      const holds = ({ request, body }: Sample) => judgeRequest(scheme, request, body, [secret]).judgement.ok
      const samples = await samplesOf(id, sourceId)
      const own = requestId === null ? null : (samples.find(({ request }) => request.id === requestId) ?? null)
      const shown = own ?? (requestId === null ? null : await shownSample(requestId))
      return {
        request: shown === null ? null : holds(shown),
        verified: samples.filter(holds).length,
        of: samples.length,
      }
    },
  }

  /** The request itself, of whatever kind and however old. */
  async function shownSample(id: RequestId): Promise<Sample | null> {
    const request = await requests.get(id)
    return request === null ? null : { request, body: await readWhole(requests, request) }
  }
}
