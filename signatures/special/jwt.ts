import { findHeader, rewriteLines } from '../header-lines.ts'
import { failed, knownAlgorithm, type Known } from '../judgement.ts'
import { judgeMac, signingKey } from '../judge-mac.ts'
import { nodeAt, textAt } from '../json-tree.ts'
import { givenPublicKeys, judgePublicKey, readJwk } from '../public-keys.ts'
import type { Call, Judgement, Scheme, SignCall, Signed } from '../scheme.ts'
import { claimsOf, isJwsSigned, jwsMac, readJws, writeHs256, type Jws } from './jws.ts'

const BEARER = /^Bearer +/i

const base = {
  headerNames: ['Authorization'],
  needsUrl: false,
  toleranceSeconds: null,
  secretEncoding: 'utf8',
} as const

/** A JSON Web Token signed with a shared secret, as `Authorization: Bearer`. `none` and every other algorithm are refused. */
export const jwtHs256: Scheme = {
  ...base,
  id: 'jwt-hs256',
  name: 'JWT (HS256)',
  resign: 'yes',
  judge: (call) => judgeJwt(call, ['HS256']),
  sign: signJwt,
}

/** A JSON Web Token signed with a private key. Keys are given as JWKs or PEM; none is ever fetched. */
export const jwtPublic: Scheme = {
  ...base,
  id: 'jwt',
  name: 'JWT (public key)',
  resign: 'no',
  judge: (call) =>
    judgeJwt(call, ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']),
  sign: () => {
    throw new RangeError('Only its sender holds the key that this token is signed with.')
  },
}

function judgeJwt(call: Call, algorithms: readonly string[]): Judgement {
  const value = findHeader(call.headers, 'Authorization')
  if (value === null || !BEARER.test(value)) {
    return failed(knownAlgorithm('none'), 'header-missing', 'No Authorization header with a Bearer token.')
  }
  const text = value.replace(BEARER, '')
  const jws = readJws(text)
  if (jws === null)
    return failed(knownAlgorithm('none'), 'header-malformed', 'The token has not three parts in base64url.')
  const { alg, signed, signature } = jws
  const known: Known = {
    ...knownAlgorithm(alg ?? 'none'),
    evidence: () => ({ signed: Buffer.from(signed), expected: [], received: [text] }),
  }
  if (alg === null || !algorithms.includes(alg)) {
    return failed(
      known,
      'algorithm-refused',
      `The token says ${alg ?? 'no algorithm'}; only ${algorithms.join(', ')} counts.`,
    )
  }
  if (nodeAt(jws.header, 'crit') !== null) {
    return failed(known, 'algorithm-refused', 'The token has critical extensions that are not known.')
  }
  if (jws.payload?.kind !== 'object')
    return failed(known, 'header-malformed', 'The token has no claims: they are no JSON object.')
  const verdict = algorithms.includes('HS256')
    ? judgeMac(call, {
        name: 'JWT',
        algorithm: 'HMAC-SHA-256',
        encoding: 'utf8',
        received: [signature.toString('base64url')],
        digests: [signature],
        expected: (key) => [jwsMac(jws, key) ?? Buffer.alloc(0)],
        spell: (digest) => Buffer.from(digest).toString('base64url'),
        signed: () => Buffer.from(signed),
      })
    : judgePublicKey(call, known, {
        name: 'this token',
        missing: "Checking it takes its issuer's public key (JWKS).",
        keys: [...jwksFor(call, jws), ...givenPublicKeys(call)],
        isSigned: (key) => isJwsSigned(jws, key),
      })
  return verdict.ok ? withinLifetime(call, jws, verdict) : verdict
}

/** The given JWKs that the token may mean. */
export function jwksFor({ keys }: Call, { kid }: Jws): readonly ReturnType<typeof readJwk>[] {
  const jwks = keys.jwks ?? []
  return jwks.filter((jwk) => kid === null || jwk.kid === undefined || jwk.kid === kid).map(readJwk)
}

/** RFC 7519: refused from `exp` on, and before `nbf`. */
function withinLifetime(call: Call, { payload }: Jws, verdict: Judgement): Judgement {
  if (call.receivedAt === null) return verdict
  const now = call.receivedAt / 1000
  const leeway = call.toleranceSeconds ?? 0
  const exp = textAt(payload, 'exp')
  const nbf = textAt(payload, 'nbf')
  const known: Known = verdict
  if (exp !== null && !(Number(exp) + leeway > now)) {
    return failed(known, 'expired', `It matches, but the token ran out ${Math.round(now - Number(exp))} s before.`)
  }
  if (nbf !== null && !(Number(nbf) - leeway <= now)) {
    return failed(known, 'expired', `It matches, but the token counts only ${Math.round(Number(nbf) - now)} s later.`)
  }
  return verdict
}

function signJwt(call: SignCall): Signed {
  const key = signingKey(call, 'JWT', 'utf8')
  const before = readJws((findHeader(call.headers, 'Authorization') ?? '').replace(BEARER, ''))
  const claims = call.keepTimestamp === true ? claimsOf(before) : freshClaims(claimsOf(before), call.now)
  const headers = rewriteLines(call.headers, [
    { name: 'Authorization', values: [`Bearer ${writeHs256(claims, key)}`], isNeeded: true },
  ])
  return { headers, body: call.body, url: call.url, dropped: [] }
}

/** The token lives as long as before, from now on. */
function freshClaims(claims: Record<string, unknown>, now: number): Record<string, unknown> {
  const seconds = Math.floor(now / 1000)
  const { iat, exp, nbf } = claims
  const lifetime = typeof exp === 'number' && typeof iat === 'number' ? exp - iat : 3600
  return {
    ...claims,
    iat: seconds,
    ...(exp === undefined ? {} : { exp: seconds + lifetime }),
    ...(nbf === undefined ? {} : { nbf: seconds }),
  }
}
