import { sign, verify } from 'node:crypto'
import { decodeBase64 } from '../decode.ts'
import { findHeader, rewriteLines } from '../header-lines.ts'
import { failed, type Known } from '../judgement.ts'
import { givenPublicKeys, judgePublicKey } from '../public-keys.ts'
import type { Call, Judgement, Scheme, SignCall, Signed } from '../scheme.ts'
import { stampOf, writeTimestamp } from '../timestamps.ts'

const SIGNATURE = 'X-Twilio-Email-Event-Webhook-Signature'
const TIMESTAMP = 'X-Twilio-Email-Event-Webhook-Timestamp'

/** SendGrid's event webhook: ECDSA on P-256 with SHA-256 over `{timestamp}{body}`. Its bodies end in CRLF, which is signed. */
export const sendgrid: Scheme = {
  id: 'sendgrid',
  name: 'SendGrid',
  headerNames: [SIGNATURE],
  resign: 'test-keys',
  needsUrl: false,
  toleranceSeconds: null,
  secretEncoding: 'utf8',
  judge: judgeSendgrid,
  sign: signSendgrid,
}

function judgeSendgrid(call: Call): Judgement {
  const text = findHeader(call.headers, SIGNATURE)
  const ts = findHeader(call.headers, TIMESTAMP)
  const signed = Buffer.concat([Buffer.from(ts ?? ''), call.body])
  const known: Known = {
    algorithm: 'ECDSA-P256-SHA-256',
    stamp: ts === null ? null : stampOf(ts, 's', call.receivedAt),
    evidence: () => ({ signed, expected: [], received: text === null ? [] : [text] }),
  }
  if (text === null) return failed(known, 'header-missing', `No ${SIGNATURE}.`)
  if (ts === null) return failed(known, 'timestamp-missing', `No ${TIMESTAMP}.`)
  const signature = decodeBase64(text)
  if (signature === null || signature.length < 8) {
    return failed(known, 'header-malformed', `${SIGNATURE} is not a signature in base64.`)
  }
  return judgePublicKey(call, known, {
    name: 'SendGrid',
    missing: 'Checking it takes the verification key of the event webhook.',
    keys: givenPublicKeys(call),
    isSigned: (key) => key.asymmetricKeyType === 'ec' && verify('sha256', signed, key, signature),
  })
}

function signSendgrid(call: SignCall): Signed {
  if (call.privateKey === undefined) throw new RangeError('Signing as SendGrid takes a test key pair of your own.')
  const before = findHeader(call.headers, TIMESTAMP)
  const ts = call.keepTimestamp === true && before !== null ? before : writeTimestamp(call.now, 's', before)
  const signature = sign('sha256', Buffer.concat([Buffer.from(ts), call.body]), call.privateKey).toString('base64')
  const headers = rewriteLines(call.headers, [
    { name: SIGNATURE, values: [signature], isNeeded: true },
    { name: TIMESTAMP, values: [ts], isNeeded: true },
  ])
  return { headers, body: call.body, url: call.url, dropped: [] }
}
