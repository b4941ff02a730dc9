import type { HeaderLine } from '../../../../protocol/request.ts'

/** What a header line says about who sent it, decoded. Nothing here is proven: that is the signature's part. */
export type Credentials =
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  | {
      readonly kind: 'jwt'
      /** "Bearer", or none where the token stands alone. */
      readonly scheme: string
      /** As written: header, claims, signature. */
      readonly parts: readonly [string, string, string]
      readonly header: readonly Claim[]
      readonly claims: readonly Claim[]
    }

export type Claim = {
  readonly name: string
  /** A text as it is, all else as JSON. */
  readonly text: string
  /** Epoch ms, for the claims that are times. */
  readonly at: number | null
}

const MOST_CHARS = 64 * 1024
const MOST_CLAIMS = 60
const MOST_CLAIM_CHARS = 1000
const TIMES = new Set(['iat', 'exp', 'nbf', 'auth_time'])
const TOKEN = /^(?:([A-Za-z][\w-]*) +)?(eyJ[\w-]+)\.([\w-]+)\.([\w-]*)$/

/** User and password of Basic, the claims of a JWT wherever one stands; null for all else. Captured lines are hostile: nothing of them is believed. */
export function decodeCredentials([name, value]: HeaderLine): Credentials | null {
  if (value.length > MOST_CHARS) return null
  const [, given] = /^basic +([A-Za-z0-9+/=_-]+) *$/i.exec(value) ?? []
  if (given !== undefined && /authorization$/i.test(name)) return decodeBasic(given)
  const [, scheme = '', head = '', body = '', signature = ''] = TOKEN.exec(value.trim()) ?? []
  const header = head === '' ? null : readObject(head)
  const claims = body === '' ? null : readObject(body)
  if (header === null || claims === null) return null
  return { kind: 'jwt', scheme, parts: [head, body, signature], header: toClaims(header), claims: toClaims(claims) }
}

function decodeBasic(given: string): Credentials | null {
  const text = decodeText(given)
  const at = text?.indexOf(':') ?? -1
  if (text === null || at < 0) return null
  return { kind: 'basic', user: text.slice(0, at), password: text.slice(at + 1) }
}

/** UTF-8 from base64 of either alphabet; null for what is none. */
function decodeText(base64: string): string | null {
  try {
    const binary = atob(base64.replaceAll('-', '+').replaceAll('_', '/'))
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0))
    return new TextDecoder().decode(bytes)
  } catch {
    return null
  }
}

function readObject(part: string): Readonly<Record<string, unknown>> | null {
  const text = decodeText(part)
  if (text === null) return null
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null
  } catch {
    return null
  }
}

function toClaims(object: Readonly<Record<string, unknown>>): readonly Claim[] {
  return Object.entries(object)
    .slice(0, MOST_CLAIMS)
    .map(([name, value]) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value)
      const isTime = TIMES.has(name) && typeof value === 'number' && Number.isFinite(value) && Math.abs(value) < 8e12
      return { name, text: text.slice(0, MOST_CLAIM_CHARS), at: isTime ? value * 1000 : null }
    })
}
