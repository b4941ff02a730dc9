import { createHash } from 'node:crypto'
import { findHeader, rewriteLines } from '../header-lines.ts'
import { decodeBase64 } from '../decode.ts'
import { failed, knownAlgorithm } from '../judgement.ts'
import { judgeMac, signingKey } from '../judge-mac.ts'
import type { Scheme } from '../scheme.ts'

/** HTTP Basic (RFC 7617): the secret is `user:password`, in UTF-8 or, as older senders write it, in Latin-1. Nothing is signed. */
export const basic: Scheme = {
  id: 'basic',
  name: 'Basic authentication',
  headerNames: ['Authorization'],
  resign: 'copy',
  needsUrl: false,
  toleranceSeconds: null,
  secretEncoding: 'utf8',
  judge: (call) => {
    const value = findHeader(call.headers, 'Authorization')
    const [, text] = /^Basic +(\S+)$/i.exec(value ?? '') ?? []
    const known = knownAlgorithm('Fixed password')
    if (text === undefined) return failed(known, 'header-missing', 'No Authorization header with user and password.')
    const given = decodeBase64(text)
    return judgeMac(call, {
      name: 'Basic authentication',
      algorithm: known.algorithm,
      encoding: 'utf8',
      received: [text],
      digests: given === null ? [] : [hashOf(given)],
      expected: (key) => [hashOf(Buffer.from(key)), hashOf(Buffer.from(key.toString(), 'latin1'))],
      spell: () => '…',
      signed: () => null,
    })
  },
  sign: (call) => {
    const key = signingKey(call, 'Basic authentication', 'utf8')
    const value = `Basic ${Buffer.from(key).toString('base64')}`
    const headers = rewriteLines(call.headers, [{ name: 'Authorization', values: [value], isNeeded: true }])
    return { headers, body: call.body, url: call.url, dropped: [] }
  },
}

/** Hashed before it is compared, so that not even the length is told. */
function hashOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}
