import { keysOf } from '../../signatures/given-keys.ts'
import { schemeOfRow } from '../../signatures/row-scheme.ts'
import type { Judgement, Keys, Scheme } from '../../signatures/scheme.ts'
import { findScheme } from '../../signatures/schemes.ts'
import type { Refusal } from '../problem.ts'
import type { SignatureDemand } from '../store/edge-settings.ts'
import type { Certificates } from './certificates.ts'
import type { Arrived, EdgeOptions } from './edge.ts'
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

  return async (arrived, demand, body) => {
    const scheme = schemeOf(demand)
    const secrets = options.secretsOf(arrived.demands.authenticationOwner)
    const values = valuesAt(secrets, SIGNATURE_PLACE, demand.secrets)
    const urls = urlsOf(arrived, demand, options).slice(0, scheme.needsUrl ? undefined : 1)
    const keys: Keys = { ...keysOf(values), webhookId: demand.webhookId }
    let judgement = judgeUnder(urls, scheme, arrived, demand, { body, keys })
    const keyUrl = judgement.ok ? undefined : judgement.keyUrl
    if (demand.fetchCertificate === true && keyUrl !== undefined) {
      const certificate = await certificates.get(keyUrl)
      const known = { body, keys: { ...keys, certificates: [certificate ?? ''] } }
      if (certificate !== null) judgement = judgeUnder(urls, scheme, arrived, demand, known)
    }
    return judgement.ok ? null : refusalOf(scheme, judgement, values.length)
  }
}

type Known = { readonly body: Uint8Array; readonly keys: Keys }

/** The judgement under the first URL with which it holds, else under the likeliest. */
function judgeUnder(
  urls: readonly string[],
  scheme: Scheme,
  { head, receivedAt }: Arrived,
  { toleranceSeconds }: SignatureDemand,
  known: Known,
): Judgement {
  const { method, headers } = head
  const judge = (url: string | null): Judgement =>
    scheme.judge({ ...known, method, url, headers, receivedAt, toleranceSeconds })
  const [first = null, ...others] = urls
  const judgement = judge(first)
  if (judgement.ok) return judgement
  for (const url of others) {
    const again = judge(url)
    if (again.ok) return again
  }
  return judgement
}

/** What the sender may know as this URL. It is a part of what is signed: whoever makes one up has still to sign it. */
function urlsOf({ place, head }: Arrived, demand: SignatureDemand, { inputUrl }: EdgeOptions): readonly string[] {
  const rest = head.target.slice(place.mountBytes)
  if (demand.url !== undefined) return [demand.url + rest]
  const host = head.headers.find(([name]) => name.toLowerCase() === 'host')?.[1]
  const byHost = host === undefined ? [] : [`https://${host}${head.target}`, `http://${host}${head.target}`]
  return [inputUrl(place.input.id) + rest, ...byHost]
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
  if (code === 'mismatch')
    return `${what} does not match ${secrets > 1 ? `any of the ${secrets} secrets` : 'the secret'}`
  const cause = reason.charAt(0).toLowerCase() + reason.slice(1).replace(/\.$/, '')
  return `${what} not accepted: ${cause}`
}
