import { randomUUID, sign, verify } from 'node:crypto'
import { crc32 } from '../compression.ts'
import { decodeBase64 } from '../decode.ts'
import { findHeader, rewriteLines } from '../header-lines.ts'
import { failed, type Known } from '../judgement.ts'
import { judgePublicKey, readPublicKey } from '../public-keys.ts'
import type { Call, Judgement, Keys, Scheme, SignCall, Signed } from '../scheme.ts'
import { stampOf, writeTimestamp } from '../timestamps.ts'

const SIGNATURE = 'PAYPAL-TRANSMISSION-SIG'
const ID = 'PAYPAL-TRANSMISSION-ID'
const TIME = 'PAYPAL-TRANSMISSION-TIME'
const ALGORITHM = 'PAYPAL-AUTH-ALGO'
const RSA_SHA_256 = 'SHA256withRSA'
const NO_WEBHOOK_ID = "PayPal signs the webhook's id, which is not set."

/**
 * PayPal: RSA with SHA-256 over `{id}|{time}|{webhook id}|{crc32 of the body}`. The certificate stands under a URL that the request names; it is
 * believed only when it is PayPal's. Source: PayPal Developer, "Verify a webhook message".
 */
export const paypal: Scheme = {
  id: 'paypal',
  name: 'PayPal',
  headerNames: [SIGNATURE],
  resign: 'test-keys',
  signsSecret: true,
  needsUrl: false,
  toleranceSeconds: null,
  secretEncoding: 'utf8',
  judge: judgePaypal,
  sign: signPaypal,
}

function judgePaypal(call: Call): Judgement {
  const header = (name: string) => findHeader(call.headers, name)
  const text = header(SIGNATURE)
  const id = header(ID)
  const time = header(TIME)
  const webhookIds = webhookIdsOf(call.keys)
  const crc = crc32(call.body)
  const texts = webhookIds.map((webhookId) => signedText(id ?? '', time ?? '', webhookId, crc))
  let [signed = signedText(id ?? '', time ?? '', '', crc)] = texts
  const known: Known = {
    algorithm: 'RSA-SHA-256',
    stamp: time === null ? null : stampOf(time, 'rfc3339', call.receivedAt),
    evidence: () => ({ signed, expected: [], received: text === null ? [] : [text] }),
  }
  if (text === null) return failed(known, 'header-missing', `No ${SIGNATURE}.`)
  if (id === null) return failed(known, 'id-missing', `No ${ID}.`)
  if (time === null) return failed(known, 'timestamp-missing', `No ${TIME}.`)
  const algorithm = header(ALGORITHM)
  if (algorithm !== null && algorithm !== RSA_SHA_256) {
    return failed(known, 'algorithm-refused', `${ALGORITHM} is ${algorithm}, not ${RSA_SHA_256}.`)
  }
  const signature = decodeBase64(text)
  if (signature === null) return failed(known, 'header-malformed', `${SIGNATURE} is not a signature in base64.`)
  const certUrl = header('PAYPAL-CERT-URL')
  if (certUrl !== null && !isPaypalUrl(certUrl)) {
    return failed(known, 'key-host-refused', "PAYPAL-CERT-URL is not one of PayPal's: its certificate proves nothing.")
  }
  if (webhookIds.length === 0) return failed(known, 'needs-webhook-id', NO_WEBHOOK_ID)
  return judgePublicKey(call, known, {
    name: 'PayPal',
    missing: "Checking it takes PayPal's certificate.",
    ...(certUrl === null ? {} : { keyUrl: certUrl }),
    keys: [...(call.keys.certificates ?? []), ...(call.keys.publicKeys ?? [])].map(readPublicKey),
    isSigned: (key) => {
      if (key.asymmetricKeyType !== 'rsa') return false
      const matching = texts.find((text) => verify('sha256', text, key, signature))
      signed = matching ?? signed
      return matching !== undefined
    },
  })
}

/** The webhook's id stands where others have a secret; with several webhooks there are several. */
function webhookIdsOf({ webhookId, secrets }: Pick<Keys, 'webhookId' | 'secrets'>): readonly string[] {
  return (webhookId === undefined ? secrets : [webhookId]).filter((id) => id !== '')
}

function signedText(id: string, time: string, webhookId: string, crc: number): Buffer {
  return Buffer.from(`${id}|${time}|${webhookId}|${crc}`)
}

/** The transmission keeps its id, by which receivers tell repeats, and the URL of its certificate, which is not that of the key it is signed with. */
function signPaypal(call: SignCall): Signed {
  if (call.privateKey === undefined) throw new RangeError('Signing as PayPal takes a test key pair of your own.')
  const [webhookId] = webhookIdsOf(call.keys)
  if (webhookId === undefined) throw new RangeError(NO_WEBHOOK_ID)
  const id = findHeader(call.headers, ID) ?? randomUUID()
  const before = findHeader(call.headers, TIME)
  const time = call.keepTimestamp === true && before !== null ? before : writeTimestamp(call.now, 'rfc3339', before)
  const signature = sign('sha256', signedText(id, time, webhookId, crc32(call.body)), call.privateKey).toString(
    'base64',
  )
  const headers = rewriteLines(call.headers, [
    { name: SIGNATURE, values: [signature], isNeeded: true },
    { name: ID, values: [id], isNeeded: true },
    { name: TIME, values: [time], isNeeded: true },
    { name: ALGORITHM, values: [RSA_SHA_256], isNeeded: true },
  ])
  return { headers, body: call.body, url: call.url, dropped: [] }
}

/** Whether a certificate may be fetched from there: HTTPS, PayPal's own host, no other port, no credentials. */
function isPaypalUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, port, username, password } = new URL(text)
  return protocol === 'https:' && /(^|\.)paypal\.com$/.test(hostname) && port === '' && username + password === ''
}
