import { createHmac } from 'node:crypto'
import { decodeDigest } from '../decode.ts'
import { findHeader, rewriteLines } from '../header-lines.ts'
import { failed, knownAlgorithm, type Known } from '../judgement.ts'
import { judgeMac, signingKey } from '../judge-mac.ts'
import type { Call, Judgement, Line, Scheme, SignCall, Signed } from '../scheme.ts'
import { stampOf, writeTimestamp } from '../timestamps.ts'

const SIGNATURE = 'X-Hook0-Signature'

/**
 * Hook0 and Coinbase CDP: `t=…,v0=…` signs `{t}.{body}`; `h=<names>,v1=…` signs `{t}.{names}.{values}.{body}` and goes before, so that nobody can
 * fall back on the weaker one. A covered header that is missing is a refusal.
 */
export const hook0: Scheme = {
  id: 'hook0',
  name: 'Hook0',
  headerNames: [SIGNATURE],
  resign: 'yes',
  needsUrl: false,
  toleranceSeconds: 300,
  secretEncoding: 'utf8',
  judge: judgeHook0,
  sign: signHook0,
}

type Read = {
  readonly t: string | null
  /** Names of covered headers; null where nothing says. */
  readonly h: string | null
  readonly v0: string | null
  readonly v1: string | null
}

function readSignature(value: string): Read {
  const pairs = value.split(',').flatMap((pair) => {
    const at = pair.indexOf('=')
    return at === -1 ? [] : [[pair.slice(0, at).trim(), pair.slice(at + 1).trim()] as const]
  })
  const fields = new Map(pairs)
  const get = (name: string) => fields.get(name) ?? null
  return { t: get('t'), h: get('h'), v0: get('v0'), v1: get('v1') }
}

function namesOf(h: string | null): readonly string[] {
  return h === null || h === '' ? [] : h.toLowerCase().split(' ')
}

function signedBytes(t: string, names: readonly string[] | null, lines: readonly Line[], body: Uint8Array): Buffer {
  if (names === null) return Buffer.concat([Buffer.from(`${t}.`), body])
  const values = names.map((name) => findHeader(lines, name) ?? '')
  return Buffer.concat([Buffer.from(`${t}.${names.join(' ')}.${values.join('.')}.`, 'latin1'), body])
}

function judgeHook0(call: Call): Judgement {
  const value = findHeader(call.headers, SIGNATURE)
  const none: Known = knownAlgorithm('HMAC-SHA-256')
  if (value === null) return failed(none, 'header-missing', `No ${SIGNATURE}.`)
  const { t, h, v0, v1 } = readSignature(value)
  if (t === null) return failed(none, 'timestamp-missing', `${SIGNATURE} has no timestamp.`)
  const stamp = stampOf(t, 's', call.receivedAt)
  const known: Known = { ...none, stamp }
  if (stamp.at === null) return failed(known, 'timestamp-malformed', `The timestamp "${t}" is not a number (s).`)
  const received = v1 ?? v0
  const isWhole = [v0, v1].every((text) => text === null || decodeDigest(text, 'hex', 32) !== null)
  if (received === null || !isWhole) {
    return failed(known, 'header-malformed', `${SIGNATURE} does not have v0 or v1 of 32 bytes in hexadecimal digits.`)
  }
  const names = namesOf(h)
  const missing = names.find((name) => findHeader(call.headers, name) === null)
  if (missing !== undefined) {
    const reason = `The signature covers the header ${missing}, which is not there.`
    return failed(known, 'covered-header-missing', reason)
  }
  const signed = signedBytes(t, v1 === null ? null : names, call.headers, call.body)
  const digest = decodeDigest(received, 'hex', 32)
  return judgeMac(call, {
    name: 'Hook0',
    algorithm: 'HMAC-SHA-256',
    encoding: 'utf8',
    received: [received],
    digests: digest === null ? [] : [digest],
    expected: (key) => [createHmac('sha256', key).update(signed).digest()],
    spell: (bytes) => Buffer.from(bytes).toString('hex'),
    signed: () => signed,
    stamp,
    tolerance: 300,
  })
}

function signHook0(call: SignCall): Signed {
  const key = signingKey(call, 'Hook0', 'utf8')
  const before = readSignature(findHeader(call.headers, SIGNATURE) ?? '')
  const t = (call.keepTimestamp === true ? before.t : null) ?? writeTimestamp(call.now, 's', before.t)
  const names = namesOf(before.h).filter((name) => findHeader(call.headers, name) !== null)
  const digest = (covered: readonly string[] | null) =>
    createHmac('sha256', key)
      .update(signedBytes(t, covered, call.headers, call.body))
      .digest('hex')
  const parts = [`t=${t}`]
  if (names.length === 0 || before.v0 !== null) parts.push(`v0=${digest(null)}`)
  if (names.length > 0) parts.push(`h=${names.join(' ')}`, `v1=${digest(names)}`)
  const headers = rewriteLines(call.headers, [{ name: SIGNATURE, values: [parts.join(',')], isNeeded: true }])
  return { headers, body: call.body, url: call.url, dropped: [] }
}
