import { createHash, randomBytes } from 'node:crypto'
import { decodeHex } from '../decode.ts'
import { findHeader, rewriteLines } from '../header-lines.ts'
import { failed, knownAlgorithm, type Known } from '../judgement.ts'
import { judgeMac, signingKey } from '../judge-mac.ts'
import type { Call, Judgement, Scheme, SignCall, Signed } from '../scheme.ts'
import { pathOf } from '../signed-parts.ts'
import { readAuthParams } from './auth-params.ts'

const HASHES: Readonly<Record<string, string>> = { MD5: 'md5', 'SHA-256': 'sha256', 'SHA-512-256': 'sha512-256' }

/** HTTP Digest (RFC 7616). The secret is the password, or `user:password`. The server's nonce is not tracked: a captured request is judged by itself. */
export const digest: Scheme = {
  id: 'digest',
  name: 'Digest authentication',
  headerNames: ['Authorization'],
  resign: 'yes',
  needsUrl: false,
  toleranceSeconds: null,
  secretEncoding: 'utf8',
  judge: judgeDigest,
  sign: signDigest,
}

type Params = ReadonlyMap<string, string>

function judgeDigest(call: Call): Judgement {
  const params = readAuthParams(findHeader(call.headers, 'Authorization'), 'Digest')
  if (params === null) return failed(knownAlgorithm('none'), 'header-missing', 'No Authorization header of Digest.')
  const algorithm = params.get('algorithm') ?? 'MD5'
  const known: Known = knownAlgorithm(algorithm)
  const hash = HASHES[algorithm.replace(/-sess$/i, '').toUpperCase()]
  if (hash === undefined) return failed(known, 'algorithm-refused', `The algorithm ${algorithm} is not known.`)
  const missing = ['username', 'realm', 'nonce', 'uri', 'response'].find((name) => !params.has(name))
  if (missing !== undefined) return failed(known, 'header-malformed', `The Authorization header has no ${missing}.`)
  const uri = params.get('uri') ?? ''
  if (call.url !== null && uri !== call.url && uri !== pathOf(call.url)) {
    return failed(known, 'mismatch', `It was made for ${uri.slice(0, 100)}, not for this path.`)
  }
  const response = params.get('response') ?? ''
  const given = decodeHex(response)
  return judgeMac(call, {
    name: 'Digest authentication',
    algorithm,
    encoding: 'utf8',
    received: [response],
    digests: given === null ? [] : [given],
    expected: (key) => responses(hash, call, params, key.toString()),
    spell: (bytes) => Buffer.from(bytes).toString('hex'),
    signed: () => Buffer.from([params.get('nonce'), call.method, uri].join(':')),
  })
}

/** The secret as the password, and where it begins with the user's name as both. */
function responses(hash: string, call: Pick<Call, 'method' | 'body'>, params: Params, secret: string): Buffer[] {
  const user = params.get('username') ?? ''
  const passwords = secret.startsWith(`${user}:`) ? [secret.slice(user.length + 1), secret] : [secret]
  return passwords.map((password) => Buffer.from(responseOf(hash, call, params, password), 'hex'))
}

function responseOf(
  hash: string,
  { method, body }: Pick<Call, 'method' | 'body'>,
  params: Params,
  password: string,
): string {
  const h = (text: string | Uint8Array) => createHash(hash).update(text).digest('hex')
  const get = (name: string) => params.get(name) ?? ''
  const isSession = /-sess$/i.test(get('algorithm'))
  const plain = h(`${get('username')}:${get('realm')}:${password}`)
  const ha1 = isSession ? h(`${plain}:${get('nonce')}:${get('cnonce')}`) : plain
  const qop = params.get('qop')
  const ha2 = h(qop === 'auth-int' ? `${method}:${get('uri')}:${h(body)}` : `${method}:${get('uri')}`)
  if (qop === undefined) return h(`${ha1}:${get('nonce')}:${ha2}`)
  return h(`${ha1}:${get('nonce')}:${get('nc')}:${get('cnonce')}:${qop}:${ha2}`)
}

function signDigest(call: SignCall): Signed {
  const secret = signingKey(call, 'Digest authentication', 'utf8').toString()
  const before = readAuthParams(findHeader(call.headers, 'Authorization'), 'Digest')
  const params = new Map(before ?? freshParams(secret))
  if (call.url !== null) params.set('uri', pathOf(call.url))
  const hash = HASHES[(params.get('algorithm') ?? 'MD5').replace(/-sess$/i, '').toUpperCase()]
  if (hash === undefined) throw new RangeError('The algorithm of this Authorization header is not known.')
  const [response] = responses(hash, call, params, secret)
  params.set('response', response?.toString('hex') ?? '')
  const bare = new Set(['qop', 'nc', 'algorithm', 'stale', 'userhash'])
  const written = [...params].map(([name, value]) => (bare.has(name) ? `${name}=${value}` : `${name}=${quote(value)}`))
  const headers = rewriteLines(call.headers, [
    { name: 'Authorization', values: [`Digest ${written.join(', ')}`], isNeeded: true },
  ])
  return { headers, body: call.body, url: call.url, dropped: [] }
}

function quote(value: string): string {
  return `"${value.replace(/["\\]/g, String.raw`\$&`)}"`
}

function freshParams(secret: string): [string, string][] {
  const at = secret.indexOf(':')
  if (at === -1) throw new RangeError('Signing as Digest takes the secret as user:password.')
  return [
    ['username', secret.slice(0, at)],
    ['realm', 'Webhook API'],
    ['nonce', randomBytes(16).toString('hex')],
    ['uri', '/'],
    ['algorithm', 'SHA-256'],
    ['qop', 'auth'],
    ['nc', '00000001'],
    ['cnonce', randomBytes(8).toString('hex')],
  ]
}
