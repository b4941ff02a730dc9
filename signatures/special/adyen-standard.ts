import { createHmac } from 'node:crypto'
import { decodeDigest } from '../decode.ts'
import { failed, knownAlgorithm, isSame, matched, mismatch, type Known } from '../judgement.ts'
import { signingKey } from '../judge-mac.ts'
import { nodeAt, readJsonTree, spliceBytes, textAt, type JsonNode, type Splice } from '../json-tree.ts'
import type { Call, Judgement, Scheme, SignCall, Signed } from '../scheme.ts'
import { keysOfSecret } from '../secret-key.ts'

/**
 * Adyen's standard payment webhooks: each item of the body carries an HMAC-SHA-256 of eight of its own fields; all else is not covered. The key is
 * given in hexadecimal. Source: Adyen Docs, "Verify HMAC signatures".
 */
export const adyenStandard: Scheme = {
  id: 'adyen-standard',
  name: 'Adyen',
  headerNames: [],
  resign: 'yes',
  needsUrl: false,
  toleranceSeconds: null,
  secretEncoding: 'hex',
  judge: judgeAdyen,
  sign: signAdyen,
}

const SIGNED_FIELDS = [
  ['pspReference'],
  ['originalReference'],
  ['merchantAccountCode'],
  ['merchantReference'],
  ['amount', 'value'],
  ['amount', 'currency'],
  ['eventCode'],
  ['success'],
] as const

function itemsOf(body: Uint8Array): readonly JsonNode[] {
  const list = nodeAt(readJsonTree(body), 'notificationItems')
  const items = list?.kind === 'list' ? list.items : []
  return items.flatMap((item) => nodeAt(item, 'NotificationRequestItem') ?? [])
}

function signedText(item: JsonNode): string {
  return SIGNED_FIELDS.map((names) => textAt(item, ...names) ?? '').join(':')
}

function judgeAdyen(call: Call): Judgement {
  const items = itemsOf(call.body)
  const received = items.map((item) => textAt(item, 'additionalData', 'hmacSignature'))
  const encoding = call.keys.secretEncoding ?? 'hex'
  const { secrets } = call.keys
  // What is made with an empty secret, anybody can make.
  const keys = secrets.map((secret) => (secret === '' ? null : (keysOfSecret(secret, encoding)[0]?.key ?? null)))
  const digest = (item: JsonNode, key: string | Buffer) => createHmac('sha256', key).update(signedText(item)).digest()
  const known: Known = {
    algorithm: 'HMAC-SHA-256',
    stamp: null,
    evidence: () => ({
      signed: Buffer.from(items.map(signedText).join('\n')),
      received: received.flatMap((text) => text ?? []),
      expected: keys.flatMap((key) => (key === null ? [] : items.map((item) => digest(item, key).toString('base64')))),
    }),
  }
  if (items.length === 0) {
    return failed(knownAlgorithm('HMAC-SHA-256'), 'body-malformed', 'The body has no notificationItems.')
  }
  if (received.includes(null)) return failed(known, 'header-missing', 'An item has no additionalData.hmacSignature.')
  const digests = received.map((text) => decodeDigest(text ?? '', 'base64', 32))
  if (digests.includes(null)) {
    return failed(known, 'header-malformed', 'An hmacSignature is not 32 bytes in base64.')
  }
  if (secrets.every((secret) => secret === ''))
    return failed(known, 'needs-secret', 'There is no secret to compare with.')
  if (keys.every((key) => key === null)) {
    return failed(known, 'secret-malformed', 'The HMAC key is not hexadecimal, as Adyen gives it.')
  }
  const secretIndex = keys.findIndex((key) => {
    if (key === null) return false
    return items.every((item, index) => isSame(digest(item, key), digests[index] ?? Buffer.alloc(0)))
  })
  if (secretIndex === -1) return mismatch(known)
  return matched(call, known, { secretIndex, secretForm: encoding }, { name: 'Adyen', tolerance: null })
}

function signAdyen(call: SignCall): Signed {
  const key = signingKey(call, 'Adyen', 'hex')
  const items = itemsOf(call.body)
  if (items.length === 0) throw new RangeError('Adyen signs each of its notificationItems: the body has none.')
  const splices = items.map((item): Splice => {
    const text = JSON.stringify(createHmac('sha256', key).update(signedText(item)).digest('base64'))
    const signature = nodeAt(item, 'additionalData', 'hmacSignature')
    if (signature !== null) return { from: signature.from, to: signature.to, text }
    const data = nodeAt(item, 'additionalData')
    const within = data?.kind === 'object' ? data : item
    const comma = within.kind === 'object' && within.fields.size > 0 ? ',' : ''
    const field = `"hmacSignature":${text}`
    const added = within === data ? field : `"additionalData":{${field}}`
    return { from: within.from + 1, to: within.from + 1, text: added + comma }
  })
  return { headers: call.headers, body: spliceBytes(call.body, splices), url: call.url, dropped: [] }
}
