import { sign, verify } from 'node:crypto'
import { decodeBase64 } from '../decode.ts'
import { findHeader, findHeaders, rewriteLines } from '../header-lines.ts'
import { failed, matched, type Known } from '../judgement.ts'
import { readPublicKey } from '../public-keys.ts'
import { schemeOfRow } from '../row-scheme.ts'
import type { Call, Judgement, Scheme, SignCall, Signed } from '../scheme.ts'
import { standardWebhooksRow } from '../tables/generic.ts'
import { stampOf, writeTimestamp } from '../timestamps.ts'

const branded = {
  'webhook-': schemeOfRow(standardWebhooksRow('webhook-')),
  'svix-': schemeOfRow(standardWebhooksRow('svix-')),
}
const TOLERANCE = 300

/**
 * Standard Webhooks, under its own header names and under Svix's: `v1` = HMAC-SHA-256 over `{id}.{timestamp}.{body}`, `v1a` = Ed25519 over the same.
 * Any entry that matches is enough; versions that are not known are passed over. Source: standardwebhooks.com.
 */
export const standardWebhooks: Scheme = {
  ...branded['webhook-'],
  headerNames: ['webhook-signature', 'svix-signature'],
  judge: judgeStandardWebhooks,
  sign: signStandardWebhooks,
}

type Prefix = keyof typeof branded

function prefixOf(call: Pick<Call, 'headers'>): Prefix {
  if (findHeader(call.headers, 'webhook-signature') !== null) return 'webhook-'
  const isSvix = findHeader(call.headers, 'svix-signature') !== null || findHeader(call.headers, 'svix-id') !== null
  return isSvix ? 'svix-' : 'webhook-'
}

function judgeStandardWebhooks(call: Call): Judgement {
  const prefix = prefixOf(call)
  const { publicKeys = [], secrets } = call.keys
  const isAsymmetric = publicKeys.length > 0 || secrets.some(isPublicKey)
  const keys = isAsymmetric ? [...publicKeys, ...secrets.filter(isPublicKey)] : []
  const asymmetric = isAsymmetric ? judgeAsymmetric(call, prefix, keys) : null
  if (asymmetric?.ok === true) return asymmetric
  const symmetric = branded[prefix].judge(call)
  // What is wrong with the signature that there is tells more than that the other kind is missing.
  return !symmetric.ok && symmetric.code === 'header-malformed' && asymmetric !== null ? asymmetric : symmetric
}

function isPublicKey(text: string): boolean {
  return text.startsWith('whpk_')
}

function judgeAsymmetric(call: Call, prefix: Prefix, publicKeys: readonly string[]): Judgement | null {
  const entries = findHeaders(call.headers, `${prefix}signature`).flatMap((value) => value.split(' '))
  const received = entries.flatMap((entry) => (entry.startsWith('v1a,') ? [entry.slice('v1a,'.length)] : []))
  const id = findHeader(call.headers, `${prefix}id`)
  const ts = findHeader(call.headers, `${prefix}timestamp`)
  if (received.length === 0 || id === null || ts === null) return null
  const signed = signedBytes(id, ts, call.body)
  const stamp = stampOf(ts, 's', call.receivedAt)
  const known: Known = { algorithm: 'Ed25519', stamp, evidence: () => ({ signed, expected: [], received }) }
  if (stamp.at === null) return failed(known, 'timestamp-malformed', `The timestamp "${ts}" is not a number (s).`)
  const signatures = received.flatMap((text) => decodeBase64(text) ?? [])
  const keys = publicKeys.map(readPublicKey)
  const secretIndex = keys.findIndex((key) => {
    if (key?.asymmetricKeyType !== 'ed25519') return false
    return signatures.some((signature) => verify(null, signed, key, signature))
  })
  if (secretIndex !== -1) {
    return matched(
      call,
      known,
      { secretIndex, secretForm: 'utf8' },
      { name: 'Standard Webhooks', tolerance: TOLERANCE },
    )
  }
  if (keys.every((key) => key === null)) return failed(known, 'key-malformed', 'The public key is not a whpk_… one.')
  return failed(known, 'mismatch', 'It does not match this public key, or the body was changed on its way.')
}

/** With a private key `v1a` is written, with a secret `v1`, with both both. */
function signStandardWebhooks(call: SignCall): Signed {
  const prefix = prefixOf(call)
  const { privateKey } = call
  if (privateKey === undefined) return branded[prefix].sign(call)
  const hasSecret = call.keys.secrets.length > 0
  const before = findHeader(call.headers, `${prefix}timestamp`)
  const ts = call.keepTimestamp === true && before !== null ? before : writeTimestamp(call.now, 's', before)
  // With any secret, for the id and the timestamp.
  const base = branded[prefix].sign(hasSecret ? call : { ...call, keys: { secrets: ['-'] } })
  const id = findHeader(base.headers, `${prefix}id`) ?? ''
  const entry = `v1a,${sign(null, signedBytes(id, ts, call.body), privateKey).toString('base64')}`
  const symmetric = hasSecret ? `${findHeader(base.headers, `${prefix}signature`) ?? ''} ` : ''
  const headers = rewriteLines(base.headers, [
    { name: `${prefix}signature`, values: [symmetric + entry], isNeeded: true },
  ])
  return { ...base, headers }
}

function signedBytes(id: string, ts: string, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${id}.${ts}.`), body])
}
