import { verify } from 'node:crypto'
import { crc32 } from '../compression.ts'
import { decodeBase64 } from '../decode.ts'
import { findHeader } from '../header-lines.ts'
import { failed, type Known } from '../judgement.ts'
import { judgePublicKey, readPublicKey } from '../public-keys.ts'
import type { Call, Judgement, Scheme } from '../scheme.ts'
import { stampOf } from '../timestamps.ts'

const SIGNATURE = 'PAYPAL-TRANSMISSION-SIG'

/**
 * PayPal: RSA with SHA-256 over `{id}|{time}|{webhook id}|{crc32 of the body}`. The certificate stands under a URL that the request names; it is
 * believed only when it is PayPal's. Source: PayPal Developer, "Verify a webhook message".
 */
export const paypal: Scheme = {
  id: 'paypal',
  name: 'PayPal',
  headerNames: [SIGNATURE],
  resign: 'no',
  needsUrl: false,
  toleranceSeconds: null,
  secretEncoding: 'utf8',
  judge: judgePaypal,
  sign: () => {
    throw new RangeError('Only PayPal holds the key that its webhooks are signed with.')
  },
}

function judgePaypal(call: Call): Judgement {
  const header = (name: string) => findHeader(call.headers, name)
  const text = header(SIGNATURE)
  const id = header('PAYPAL-TRANSMISSION-ID')
  const time = header('PAYPAL-TRANSMISSION-TIME')
  // The webhook's id stands where others have a secret.
  const webhookId = call.keys.webhookId ?? call.keys.secrets[0]
  const signed = Buffer.from(`${id ?? ''}|${time ?? ''}|${webhookId ?? ''}|${crc32(call.body)}`)
  const known: Known = {
    algorithm: 'RSA-SHA-256',
    stamp: time === null ? null : stampOf(time, 'rfc3339', call.receivedAt),
    evidence: () => ({ signed, expected: [], received: text === null ? [] : [text] }),
  }
  if (text === null) return failed(known, 'header-missing', `No ${SIGNATURE}.`)
  if (id === null) return failed(known, 'id-missing', 'No PAYPAL-TRANSMISSION-ID.')
  if (time === null) return failed(known, 'timestamp-missing', 'No PAYPAL-TRANSMISSION-TIME.')
  const algorithm = header('PAYPAL-AUTH-ALGO')
  if (algorithm !== null && algorithm !== 'SHA256withRSA') {
    return failed(known, 'algorithm-refused', `PAYPAL-AUTH-ALGO is ${algorithm}, not SHA256withRSA.`)
  }
  const signature = decodeBase64(text)
  if (signature === null) return failed(known, 'header-malformed', `${SIGNATURE} is not a signature in base64.`)
  const certUrl = header('PAYPAL-CERT-URL')
  if (certUrl !== null && !isPaypalUrl(certUrl)) {
    return failed(known, 'key-host-refused', "PAYPAL-CERT-URL is not one of PayPal's: its certificate proves nothing.")
  }
  if (webhookId === undefined) {
    return failed(known, 'needs-webhook-id', "PayPal signs the webhook's id, which is not set.")
  }
  return judgePublicKey(call, known, {
    name: 'PayPal',
    missing: "Checking it takes PayPal's certificate.",
    ...(certUrl === null ? {} : { keyUrl: certUrl }),
    keys: [...(call.keys.certificates ?? []), ...(call.keys.publicKeys ?? [])].map(readPublicKey),
    isSigned: (key) => key.asymmetricKeyType === 'rsa' && verify('sha256', signed, key, signature),
  })
}

/** Whether a certificate may be fetched from there: HTTPS, PayPal's own host, no other port, no credentials. */
function isPaypalUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, port, username, password } = new URL(text)
  return protocol === 'https:' && /(^|\.)paypal\.com$/.test(hostname) && port === '' && username + password === ''
}
