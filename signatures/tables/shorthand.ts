import type { HeaderSpec, SchemeRow } from '../row.ts'

type Rest = Partial<Omit<SchemeRow, 'id' | 'name' | 'sigHeader'>>

/** HMAC-SHA-256 of the raw body in hexadecimal, the secret as text: the commonest of all schemes. `rest` says what differs. */
export function bodyHmac(id: string, name: string, sigHeader: string, rest: Rest = {}): SchemeRow {
  return {
    id,
    name,
    sigHeader,
    alg: 'sha256',
    key: 'utf8',
    format: { kind: 'raw' },
    enc: 'hex',
    parts: ['{body}'],
    ...rest,
  }
}

/** `sha256=<digest>`. */
export const SHA256_PREFIX = { kind: 'prefix', prefix: 'sha256=' } as const

/** The SHA-1 header that GitHub, Meta and Gitea send beside the SHA-256 one. */
export const HUB_SHA1: HeaderSpec = {
  name: 'X-Hub-Signature',
  alg: 'sha1',
  format: { kind: 'prefix', prefix: 'sha1=' },
}

/** `t=<seconds>,v1=<hex>` in one header, over `{t}.{body}`. */
export function timedKv(id: string, name: string, sigHeader: string, tolerance: number, rest: Rest = {}): SchemeRow {
  return bodyHmac(id, name, sigHeader, {
    format: { kind: 'kv', separator: ',', timestampKey: 't', signatureKey: 'v1' },
    parts: ['{ts}.{body}'],
    ts: { from: 'signature', unit: 's', tolerance },
    ...rest,
  })
}
