import { sign, verify } from 'node:crypto'
import { decodeHex } from '../decode.ts'
import { findHeader, rewriteLines } from '../header-lines.ts'
import { failed, type Known } from '../judgement.ts'
import { givenPublicKeys, judgePublicKey } from '../public-keys.ts'
import type { Call, Judgement, Scheme, SignCall, Signed } from '../scheme.ts'
import { stampOf, writeTimestamp } from '../timestamps.ts'

const SIGNATURE = 'X-Signature-Ed25519'
const TIMESTAMP = 'X-Signature-Timestamp'

/** Discord: Ed25519 over `{timestamp}{body}`, with the application's public key. Source: Discord's docs, "Security and authorization". */
export const discord: Scheme = {
  id: 'discord',
  name: 'Discord',
  headerNames: [SIGNATURE],
  resign: 'test-keys',
  needsUrl: false,
  toleranceSeconds: null,
  secretEncoding: 'utf8',
  judge: judgeDiscord,
  sign: signDiscord,
}

function judgeDiscord(call: Call): Judgement {
  const text = findHeader(call.headers, SIGNATURE)
  const ts = findHeader(call.headers, TIMESTAMP)
  const signed = Buffer.concat([Buffer.from(ts ?? ''), call.body])
  const known: Known = {
    algorithm: 'Ed25519',
    stamp: ts === null ? null : stampOf(ts, 's', call.receivedAt),
    evidence: () => ({ signed, expected: [], received: text === null ? [] : [text] }),
  }
  if (text === null) return failed(known, 'header-missing', `No ${SIGNATURE}.`)
  if (ts === null) return failed(known, 'timestamp-missing', `No ${TIMESTAMP}.`)
  const signature = decodeHex(text)
  if (signature?.length !== 64) {
    return failed(known, 'header-malformed', `${SIGNATURE} is not 64 bytes in hexadecimal digits.`)
  }
  return judgePublicKey(call, known, {
    name: 'Discord',
    missing: "Checking it takes the application's public key.",
    keys: givenPublicKeys(call),
    isSigned: (key) => verify(null, signed, key, signature),
  })
}

function signDiscord(call: SignCall): Signed {
  if (call.privateKey === undefined) throw new RangeError('Signing as Discord takes a test key pair of your own.')
  const before = findHeader(call.headers, TIMESTAMP)
  const ts = call.keepTimestamp === true && before !== null ? before : writeTimestamp(call.now, 's', before)
  const signature = sign(null, Buffer.concat([Buffer.from(ts), call.body]), call.privateKey).toString('hex')
  const headers = rewriteLines(call.headers, [
    { name: SIGNATURE, values: [signature], isNeeded: true },
    { name: TIMESTAMP, values: [ts], isNeeded: true },
  ])
  return { headers, body: call.body, url: call.url, dropped: [] }
}
