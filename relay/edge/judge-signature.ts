import { schemeOfRow } from '../../signatures/row-scheme.ts'
import type { Judgement, Keys, Scheme } from '../../signatures/scheme.ts'
import { findScheme } from '../../signatures/schemes.ts'
import type { Refusal } from '../problem.ts'
import type { SignatureDemand } from '../store/edge-settings.ts'
import type { Certificates } from './certificates.ts'
import type { Arrived, EdgeOptions } from './edge.ts'
import { keysOf } from './keys-of.ts'
import { SIGNATURE_PLACE, valuesAt } from './secret-places.ts'

/** Why a request does not bear the demanded signature, or null when it does. */
export type SignatureJudge = (arrived: Arrived, demand: SignatureDemand, body: Uint8Array) => Promise<Refusal | null>

export function createSignatureJudge(options: EdgeOptions, certificates: Certificates): SignatureJudge {
  const made = new WeakMap<SignatureDemand, Scheme>()

  function schemeOf(demand: SignatureDemand): Scheme {
    const known = made.get(demand)
    if (known !== undefined) return known
    const scheme = demand.row === undefined ? findScheme(demand.scheme ?? '') : schemeOfRow(demand.row)
    // A later version may have known it: refusing all is safer than taking all.
    if (scheme === null) throw new Error(`There is no signature scheme "${demand.scheme}" in this version.`)
    made.set(demand, scheme)
    return scheme
  }

  return async ({ demands, place, head, receivedAt }, demand, body) => {
    const scheme = schemeOf(demand)
    const values = valuesAt(options.secretsOf(demands.authenticationOwner), SIGNATURE_PLACE, demand.secrets)
    const inputUrl = demand.url ?? options.inputUrl(place.input.id)
    const judge = (keys: Keys): Judgement =>
      scheme.judge({
        method: head.method,
        url: inputUrl + head.target.slice(place.mountBytes),
        headers: head.headers,
        body,
        keys,
        receivedAt,
        toleranceSeconds: demand.toleranceSeconds,
      })
    const keys: Keys = { ...keysOf(values), webhookId: demand.webhookId }
    let judgement = judge(keys)
    const keyUrl = judgement.ok ? undefined : judgement.keyUrl
    if (demand.fetchCertificate === true && keyUrl !== undefined) {
      const certificate = await certificates.get(keyUrl)
      if (certificate !== null) judgement = judge({ ...keys, certificates: [certificate] })
    }
    return judgement.ok ? null : refusalOf(scheme, judgement, values.length)
  }
}

const ABSENT: ReadonlySet<string> = new Set(['header-missing', 'unsigned'])
const BEARERS: ReadonlySet<string> = new Set(['bearer', 'jwt-hs256', 'jwt-public'])

function refusalOf(scheme: Scheme, judgement: Extract<Judgement, { ok: false }>, secrets: number): Refusal {
  const what = scheme.resign === 'copy' ? scheme.name : `${scheme.name} signature`
  const challenge = scheme.id === 'basic' ? 'Basic' : BEARERS.has(scheme.id) ? 'Bearer' : 'Signature'
  const headers = ['WWW-Authenticate', `${challenge} realm="creel"`]
  return { status: 401, code: 'signature', detail: phraseOf(what, judgement, secrets), headers }
}

function phraseOf(what: string, { code, reason }: { code: string; reason: string }, secrets: number): string {
  if (ABSENT.has(code)) return `no ${what}`
  if (code === 'mismatch') return `${what} matches ${secrets > 1 ? `none of the ${secrets} secrets` : 'not the secret'}`
  const cause = reason.charAt(0).toLowerCase() + reason.slice(1).replace(/\.$/, '')
  return `${what} not accepted: ${cause}`
}
