import { createHmac, randomBytes } from 'node:crypto'
import { decodeHex } from '../decode.ts'
import { failed, knownAlgorithm } from '../judgement.ts'
import { judgeMac, signingKey } from '../judge-mac.ts'
import { nodeAt, readJsonTree, spliceBytes, textAt, type Splice } from '../json-tree.ts'
import type { Call, Judgement, Scheme, SignCall, Signed } from '../scheme.ts'
import { stampOf, writeTimestamp } from '../timestamps.ts'

/**
 * Mailgun: the body's `signature` holds a timestamp, a token and the HMAC-SHA-256 of both. What happened (`event-data`) is not covered by it. A
 * subaccount's events also have `parent-signature`, made with the parent's key.
 */
export const mailgun: Scheme = {
  id: 'mailgun',
  name: 'Mailgun',
  headerNames: [],
  resign: 'yes',
  needsUrl: false,
  toleranceSeconds: null,
  secretEncoding: 'utf8',
  judge: judgeMailgun,
  sign: signMailgun,
}

type Found = { readonly timestamp: string; readonly token: string; readonly signatures: readonly string[] }

function judgeMailgun(call: Call): Judgement {
  const found = readSignature(call.body)
  if (found === null) {
    return failed(
      knownAlgorithm('HMAC-SHA-256'),
      'header-missing',
      'The body has no signature with timestamp and token.',
    )
  }
  const signed = found.timestamp + found.token
  return judgeMac(call, {
    name: 'Mailgun',
    algorithm: 'HMAC-SHA-256',
    encoding: 'utf8',
    received: found.signatures,
    digests: found.signatures.flatMap((text) => decodeHex(text) ?? []),
    expected: (key) => [createHmac('sha256', key).update(signed).digest()],
    spell: (digest) => Buffer.from(digest).toString('hex'),
    signed: () => Buffer.from(signed),
    stamp: stampOf(found.timestamp, 's', call.receivedAt),
  })
}

/** From JSON, or from the form fields of older webhooks. */
function readSignature(body: Uint8Array): Found | null {
  const root = readJsonTree(body)
  const read = root === null ? readForm(body) : (name: string) => textAt(root, 'signature', name)
  const timestamp = read('timestamp')
  const token = read('token')
  const signatures = [read('signature'), read('parent-signature')].flatMap((text) => text ?? [])
  return timestamp === null || token === null || signatures.length === 0 ? null : { timestamp, token, signatures }
}

function readForm(body: Uint8Array): (name: string) => string | null {
  const fields = new URLSearchParams(Buffer.from(body).toString())
  return (name) => fields.get(name)
}

function signMailgun(call: SignCall): Signed {
  const key = signingKey(call, 'Mailgun', 'utf8')
  const root = readJsonTree(call.body)
  const signature = nodeAt(root, 'signature')
  if (root?.kind !== 'object') throw new RangeError('Mailgun signs within a JSON object: the body is none.')
  const isKept = call.keepTimestamp === true
  const timestamp = (isKept ? textAt(signature, 'timestamp') : null) ?? writeTimestamp(call.now, 's', null)
  // Receivers remember tokens against repeats.
  const token = (isKept ? textAt(signature, 'token') : null) ?? randomBytes(25).toString('hex')
  const digest = createHmac('sha256', key)
    .update(timestamp + token)
    .digest('hex')
  const hasParent = nodeAt(signature, 'parent-signature') !== null
  const parentKey = hasParent && call.keys.secrets.length > 1 ? signingKey(call, 'Mailgun', 'utf8', 1) : key
  const parent = createHmac('sha256', parentKey)
    .update(timestamp + token)
    .digest('hex')
  const values = { timestamp, token, signature: digest, ...(hasParent ? { 'parent-signature': parent } : {}) }
  const splices: Splice[] = []
  if (signature?.kind === 'object') {
    const missing: string[] = []
    for (const [name, text] of Object.entries(values)) {
      const node = nodeAt(signature, name)
      if (node === null) missing.push(`${JSON.stringify(name)}:"${text}"`)
      else splices.push({ from: node.from, to: node.to, text: node.kind === 'number' ? text : `"${text}"` })
    }
    const comma = missing.length > 0 && signature.fields.size > 0 ? ',' : ''
    if (missing.length > 0)
      splices.push({ from: signature.from + 1, to: signature.from + 1, text: missing.join(',') + comma })
  } else {
    const at = signature === null ? { from: root.from + 1, to: root.from + 1 } : signature
    const comma = signature === null && root.fields.size > 0 ? ',' : ''
    const text = signature === null ? `"signature":${JSON.stringify(values)}${comma}` : JSON.stringify(values)
    splices.push({ from: at.from, to: at.to, text })
  }
  return { headers: call.headers, body: spliceBytes(call.body, splices), url: call.url, dropped: [] }
}
