import { createHash, createHmac } from 'node:crypto'
import { decodeDigest, decodeHex } from '../decode.ts'
import { findHeader, rewriteLines } from '../header-lines.ts'
import { failed, isSame, knownAlgorithm, type Known } from '../judgement.ts'
import { judgeMac, signingKey } from '../judge-mac.ts'
import type { Call, Judgement, Scheme, SignCall, Signed } from '../scheme.ts'

const SIGNATURE = 'X-Twilio-Signature'
const BODY_HASH = 'bodySHA256'

/**
 * Twilio: HMAC-SHA-1 over the full URL and the form's fields, sorted, each name followed by its value. Any other body is covered by its SHA-256 in
 * the URL's `bodySHA256`. Source: Twilio Docs, "Webhooks security", and its own libraries for the spellings of the URL.
 */
export const twilio: Scheme = {
  id: 'twilio',
  name: 'Twilio',
  headerNames: [SIGNATURE],
  resign: 'yes',
  needsUrl: true,
  toleranceSeconds: null,
  secretEncoding: 'utf8',
  judge: judgeTwilio,
  sign: signTwilio,
}

function judgeTwilio(call: Call): Judgement {
  const known: Known = knownAlgorithm('HMAC-SHA-1')
  const text = findHeader(call.headers, SIGNATURE)
  if (text === null) return failed(known, 'header-missing', `No ${SIGNATURE}.`)
  if (call.url === null) return failed(known, 'needs-url', 'Twilio signs the full URL, which is not known.')
  const { url } = call
  const hash = queryValue(url, BODY_HASH)
  if (hash !== null && !isHashOf(call.body, hash)) {
    return failed(known, 'body-hash-mismatch', `The body is not the one whose hash the URL's ${BODY_HASH} gives.`)
  }
  if (hash === null && call.body.length > 0 && !isForm(call)) {
    return failed(known, 'header-malformed', `Nothing covers the body: it is no form, and the URL has no ${BODY_HASH}.`)
  }
  const fields = hash === null && isForm(call) ? formText(call.body) : ''
  const digest = decodeDigest(text, 'base64', 20)
  return judgeMac(call, {
    name: 'Twilio',
    algorithm: 'HMAC-SHA-1',
    encoding: 'utf8',
    received: [text],
    digests: digest === null ? [] : [digest],
    expected: (key) =>
      spellings(url).map((spelling) =>
        createHmac('sha1', key)
          .update(spelling + fields)
          .digest(),
      ),
    spell: (bytes) => Buffer.from(bytes).toString('base64'),
    signed: () => Buffer.from(url + fields),
  })
}

function isForm({ headers }: Pick<Call, 'headers'>): boolean {
  const type = findHeader(headers, 'content-type')
  return type === null || /^application\/x-www-form-urlencoded/i.test(type)
}

function isHashOf(body: Uint8Array, hex: string): boolean {
  const given = decodeHex(hex)
  if (given === null) return false
  // Twilio's own library takes a body that is not there for an empty object.
  const bodies = body.length === 0 ? [body, Buffer.from('{}')] : [body]
  return bodies.some((bytes) => isSame(createHash('sha256').update(bytes).digest(), given))
}

/** Names sorted, the values of each once and sorted, all decoded. */
function formText(body: Uint8Array): string {
  const values = new Map<string, Set<string>>()
  for (const [name, value] of new URLSearchParams(Buffer.from(body).toString())) {
    values.set(name, (values.get(name) ?? new Set()).add(value))
  }
  const names = [...values.keys()].toSorted(byCodeUnit)
  return names
    .flatMap((name) => [...(values.get(name) ?? [])].toSorted(byCodeUnit).map((value) => name + value))
    .join('')
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The spellings that Twilio may have signed: its servers disagree about the port and about escapes in the query. */
function spellings(url: string): readonly string[] {
  const plain = [url, withoutPort(url), withPort(url)]
  const normalised = URL.canParse(url) ? new URL(url).toString() : url
  const others = [withoutPort(normalised), withPort(normalised)]
  return [...new Set([...plain, ...others, ...others.map(withEncodedQuery)])]
}

type Split = { readonly before: string; readonly host: string; readonly port: string; readonly after: string }

function splitUrl(url: string): Split | null {
  const [, scheme, user = '', host, port = '', after = ''] =
    /^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*@)?(\[[^\]]*\]|[^:/?#]*)(:\d*)?(.*)$/is.exec(url) ?? []
  return scheme === undefined || host === undefined ? null : { before: scheme + user, host, port, after }
}

function withoutPort(url: string): string {
  const split = splitUrl(url)
  return split === null ? url : split.before + split.host + split.after
}

function withPort(url: string): string {
  const split = splitUrl(url)
  if (split === null || split.port !== '') return url
  return `${split.before}${split.host}${/^https:/i.test(url) ? ':443' : ':80'}${split.after}`
}

function withEncodedQuery(url: string): string {
  const at = url.indexOf('?')
  if (at === -1 || at === url.length - 1) return url
  const values = new Map<string, string[]>()
  for (const [name, value] of new URLSearchParams(url.slice(at + 1)))
    values.set(name, [...(values.get(name) ?? []), value])
  const pairs = [...values].flatMap(([name, all]) => all.map((value) => `${encode(name)}=${encode(value)}`))
  return `${url.slice(0, at)}?${pairs.join('&')}`
}

function encode(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString())
}

function queryValue(url: string, name: string): string | null {
  const at = url.indexOf('?')
  return at === -1 ? null : new URLSearchParams(url.slice(at + 1).replace(/#.*$/, '')).get(name)
}

function signTwilio(call: SignCall): Signed {
  const key = signingKey(call, 'Twilio', 'utf8')
  if (call.url === null) throw new RangeError('Signing as Twilio takes the full URL.')
  const isCovered = queryValue(call.url, BODY_HASH) !== null
  const isInUrl = isCovered || (call.body.length > 0 && !isForm(call))
  const url = isInUrl ? withBodyHash(call.url, createHash('sha256').update(call.body).digest('hex')) : call.url
  const fields = isInUrl || !isForm(call) ? '' : formText(call.body)
  const signature = createHmac('sha1', key)
    .update(url + fields)
    .digest('base64')
  const headers = rewriteLines(call.headers, [{ name: SIGNATURE, values: [signature], isNeeded: true }])
  return { headers, body: call.body, url, dropped: [] }
}

function withBodyHash(url: string, hash: string): string {
  const pattern = new RegExp(`([?&]${BODY_HASH}=)[^&#]*`)
  if (pattern.test(url)) return url.replace(pattern, `$1${hash}`)
  const [, rest = url, fragment = ''] = /^([^#]*)(#.*)?$/s.exec(url) ?? []
  return `${rest}${rest.includes('?') ? '&' : '?'}${BODY_HASH}=${hash}${fragment}`
}
