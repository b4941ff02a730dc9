import { verify } from 'node:crypto'
import { decodeBase64 } from '../decode.ts'
import { findHeader } from '../header-lines.ts'
import { failed, knownAlgorithm, type Known } from '../judgement.ts'
import { readJsonTree, textAt } from '../json-tree.ts'
import { judgePublicKey, readPublicKey } from '../public-keys.ts'
import type { Call, Judgement, Scheme } from '../scheme.ts'
import { stampOf } from '../timestamps.ts'

const SIGNED_FIELDS = [
  'Message',
  'MessageId',
  'Subject',
  'SubscribeURL',
  'Timestamp',
  'Token',
  'TopicArn',
  'Type',
] as const

/**
 * Amazon SNS: RSA over some fields of the body, name and value a line each, with SHA-1 (version 1) or SHA-256 (version 2). The certificate stands
 * under a URL that the body names; only Amazon's hosts are believed. Source: Amazon SNS guide, "Verifying the signatures of messages".
 */
export const sns: Scheme = {
  id: 'sns',
  name: 'Amazon SNS',
  headerNames: [],
  resign: 'no',
  needsUrl: false,
  toleranceSeconds: null,
  secretEncoding: 'utf8',
  judge: judgeSns,
  sign: () => {
    throw new RangeError('Only Amazon holds the key that SNS messages are signed with.')
  },
}

function judgeSns(call: Call): Judgement {
  if (findHeader(call.headers, 'x-amz-sns-rawdelivery') === 'true') {
    return failed(knownAlgorithm('none'), 'unsigned', 'SNS delivers this topic raw: such messages have no signature.')
  }
  const root = readJsonTree(call.body)
  const field = (name: string) => textAt(root, name)
  const text = field('Signature')
  const version = field('SignatureVersion')
  const type = field('Type')
  const signed = Buffer.from(signedText(field, type))
  const time = field('Timestamp')
  const known: Known = {
    algorithm: version === '2' ? 'RSA-SHA-256' : 'RSA-SHA-1',
    stamp: time === null ? null : stampOf(time, 'rfc3339', call.receivedAt),
    evidence: () => ({ signed, expected: [], received: text === null ? [] : [text] }),
  }
  if (text === null) return failed(known, 'header-missing', 'The body has no Signature.')
  if (version !== '1' && version !== '2') {
    return failed(known, 'algorithm-refused', `SignatureVersion is ${version ?? 'missing'}, not 1 or 2.`)
  }
  const signature = decodeBase64(text)
  if (signature === null) return failed(known, 'header-malformed', 'The Signature is not base64.')
  const url = field('SigningCertURL') ?? field('SigningCertUrl')
  if (url !== null && !isSnsCertificateUrl(url)) {
    return failed(known, 'key-host-refused', "SigningCertURL is not one of Amazon's: its certificate proves nothing.")
  }
  return judgePublicKey(call, known, {
    name: 'Amazon SNS',
    missing: "Checking it takes Amazon's certificate.",
    ...(url === null ? {} : { keyUrl: url }),
    keys: [...(call.keys.certificates ?? []), ...(call.keys.publicKeys ?? [])].map(readPublicKey),
    isSigned: (key) => {
      return key.asymmetricKeyType === 'rsa' && verify(version === '1' ? 'sha1' : 'sha256', signed, key, signature)
    },
  })
}

/** A notification's subject counts where there is one; a confirmation has a token and a URL instead. */
function signedText(field: (name: string) => string | null, type: string | null): string {
  const isNotification = type === 'Notification'
  const names = SIGNED_FIELDS.filter((name) => {
    return isNotification ? name !== 'SubscribeURL' && name !== 'Token' : name !== 'Subject'
  })
  return names
    .flatMap((name) => {
      const value = field(name)
      return value === null ? [] : `${name}\n${value}\n`
    })
    .join('')
}

/** Whether a certificate may be fetched from there. */
export function isSnsCertificateUrl(text: string): boolean {
  return isSnsUrl(text) && new URL(text).pathname.endsWith('.pem')
}

/** Whether a subscription may be confirmed there: HTTPS, one of Amazon's SNS hosts, no other port, no credentials. */
export function isSnsUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, port, username, password } = new URL(text)
  const isHost = /^sns\.[a-z0-9-]{3,}\.amazonaws\.com(\.cn)?$/.test(hostname)
  return protocol === 'https:' && isHost && port === '' && username + password === ''
}
