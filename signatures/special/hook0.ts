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
  readonly h: string | null
  readonly v0: readonly string[]
  readonly v1: readonly string[]
}

function readSignature(value: string): Read {
  const pairs = value.split(',').map((pair) => {
    const at = pair.indexOf('=')
    return [pair.slice(0, Math.max(at, 0)).trim(), pair.slice(at + 1).trim()] as const
  })
  const all = (name: string) => pairs.flatMap(([key, text]) => (key === name ? [text] : []))
  return { t: all('t')[0] ?? null, h: all('h')[0] ?? null, v0: all('v0'), v1: all('v1') }
}

function namesOf(h: string | null): readonly string[] {
  return (h ?? '').split(' ').filter((name) => name !== '')
}

function signedBytes(t: string, names: readonly string[] | null, lines: readonly Line[], body: Uint8Array): Buffer {
  if (names === null) return Buffer.concat([Buffer.from(`${t}.`), body])
  const values = names.map((name) => findHeader(lines, name) ?? '')
  return Buffer.concat([Buffer.from(`${t}.${names.join(' ')}.${values.join('.')}.`), body])
}

function judgeHook0(call: Call): Judgement {
  const value = findHeader(call.headers, SIGNATURE)
  const known: Known = knownAlgorithm('HMAC-SHA-256')
  if (value === null) return failed(known, 'header-missing', `No ${SIGNATURE}.`)
  const { t, h, v0, v1 } = readSignature(value)
  if (t === null) return failed(known, 'timestamp-missing', `${SIGNATURE} has no timestamp.`)
  const stamp = stampOf(t, 's', call.receivedAt)
  if (stamp.at === null)
    return failed({ ...known, stamp }, 'timestamp-malformed', `The timestamp "${t}" is not a number (s).`)
  const isCovering = v1.length > 0
  const names = isCovering ? namesOf(h) : null
  if (names?.length === 0) return failed({ ...known, stamp }, 'header-malformed', `${SIGNATURE} has v1 but no h.`)
  const missing = names?.find((name) => findHeader(call.headers, name) === null)
  if (missing !== undefined) {
    const reason = `The signature covers the header ${missing}, which is not there.`
    return failed({ ...known, stamp }, 'covered-header-missing', reason)
  }
  const received = isCovering ? v1 : v0
  const signed = signedBytes(t, names, call.headers, call.body)
  return judgeMac(call, {
    name: 'Hook0',
    algorithm: 'HMAC-SHA-256',
    encoding: 'utf8',
    received,
    digests: received.flatMap((text) => decodeDigest(text, 'hex', 32) ?? []),
    expected: (key) => [createHmac('sha256', key).update(signed).digest()],
    spell: (digest) => Buffer.from(digest).toString('hex'),
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
  if (names.length === 0 || before.v0.length > 0) parts.push(`v0=${digest(null)}`)
  if (names.length > 0) parts.push(`h=${names.join(' ')}`, `v1=${digest(names)}`)
  const headers = rewriteLines(call.headers, [{ name: SIGNATURE, values: [parts.join(',')], isNeeded: true }])
  return { headers, body: call.body, url: call.url, dropped: [] }
}
