import { sign, verify } from 'node:crypto'
import { decodeBase64 } from '../decode.ts'
import { findHeader } from '../header-lines.ts'
import { failed, knownAlgorithm, type Known } from '../judgement.ts'
import { nodeAt, readJsonTree, spliceBytes, textAt, type Splice } from '../json-tree.ts'
import { judgePublicKey, readPublicKey } from '../public-keys.ts'
import type { Call, Judgement, Scheme, SignCall, Signed } from '../scheme.ts'
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
  resign: 'test-keys',
  needsUrl: false,
  toleranceSeconds: null,
  secretEncoding: 'utf8',
  judge: judgeSns,
  sign: signSns,
}

const HASHES = { 1: 'sha1', 2: 'sha256' } as const

const RAW = 'SNS delivers this topic raw: such messages have no signature.'

function isRaw({ headers }: Pick<Call, 'headers'>): boolean {
  return findHeader(headers, 'x-amz-sns-rawdelivery') === 'true'
}

function judgeSns(call: Call): Judgement {
  if (isRaw(call)) return failed(knownAlgorithm('none'), 'unsigned', RAW)
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
      return key.asymmetricKeyType === 'rsa' && verify(HASHES[version], signed, key, signature)
    },
  })
}

/** Timestamp and the URL of the certificate stay as they are: receivers do not ask how old a message is, and Amazon's is not of the key it is signed with. */
function signSns(call: SignCall): Signed {
  if (call.privateKey === undefined) throw new RangeError('Signing as Amazon SNS takes a test key pair of your own.')
  if (isRaw(call)) throw new RangeError(RAW)
  const root = readJsonTree(call.body)
  if (root?.kind !== 'object') throw new RangeError('Amazon SNS signs within a JSON object: the body is none.')
  const field = (name: string) => textAt(root, name)
  const version = field('SignatureVersion') ?? '1'
  if (version !== '1' && version !== '2') throw new RangeError(`SignatureVersion is ${version}, not 1 or 2.`)
  const signed = Buffer.from(signedText(field, field('Type')))
  const values = {
    SignatureVersion: version,
    Signature: sign(HASHES[version], signed, call.privateKey).toString('base64'),
  }
  const splices: Splice[] = []
  const missing: string[] = []
  for (const [name, text] of Object.entries(values)) {
    const node = nodeAt(root, name)
    if (node === null) missing.push(`"${name}":"${text}"`)
    else if (field(name) !== text) splices.push({ from: node.from, to: node.to, text: `"${text}"` })
  }
  const comma = missing.length > 0 && root.fields.size > 0 ? ',' : ''
  splices.push({ from: root.from + 1, to: root.from + 1, text: missing.join(',') + comma })
  return { headers: call.headers, body: spliceBytes(call.body, splices), url: call.url, dropped: [] }
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

/** SNS in a region, such as `us-gov-west-1`. Not in whatever is named there: `sns.s3-us-west-2.amazonaws.com` is somebody's bucket. */
const SNS_HOST = /^sns\.[a-z]{2,}(?:-[a-z]+)+-\d{1,2}\.amazonaws\.com(\.cn)?$/

/** Whether a subscription may be confirmed there: HTTPS, one of Amazon's SNS hosts, no other port, no credentials. */
export function isSnsUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, port, username, password } = new URL(text)
  return protocol === 'https:' && SNS_HOST.test(hostname) && port === '' && username + password === ''
}
