import { findHeader } from '../header-lines.ts'
import type { Format, SchemeRow } from '../row.ts'
import type { Call, Scheme } from '../scheme.ts'
import { candidatesOf } from '../detect.ts'
import type { Diagnosis } from './diagnosis.ts'

/** What a request without the header has instead: the older header of the same sender, Svix's names, or another sender's. */
export function explainMissing(scheme: Scheme, call: Call, reason: string): Diagnosis {
  const [own] = scheme.headerNames
  const legacy = scheme.headerNames.slice(1).find((name) => findHeader(call.headers, name) !== null)
  if (legacy !== undefined && own !== undefined) {
    const kind = legacy === 'X-Hub-Signature' ? ' (SHA-1, legacy)' : ' (legacy)'
    return { code: 'header-missing', sentence: `No ${own}. Found ${legacy}${kind}.` }
  }
  const other = candidatesOf(call).find((candidate) => candidate.scheme !== scheme.id)
  const [name] = other?.headerNames ?? []
  if (other !== undefined) {
    const found = name === undefined ? `a signature of ${other.name} in the body` : `${name}, which is ${other.name}'s`
    return { code: 'header-missing', sentence: `${reason} Found ${found}.` }
  }
  const hint = `The request is not signed: is a secret set at ${scheme.name}, and does nothing take headers away?`
  return { code: 'header-missing', sentence: `${reason} ${hint}` }
}

const LENGTHS = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 } as const

/** What is wrong with a header that is there: its prefix, its encoding, its length. */
export function explainShape(row: SchemeRow | undefined, call: Call, reason: string): Diagnosis {
  const value = row === undefined ? null : findHeader(call.headers, row.sigHeader)
  if (row === undefined || value === null) return { code: 'header-malformed', sentence: reason }
  const bytes = LENGTHS[row.alg]
  const { format } = row
  const lead = leadOf(format)
  if (lead !== null && shapeOf(value) === `${bytes * 2} hex`) {
    return { code: 'missing-prefix', sentence: `${row.sigHeader} is a bare digest: "${lead}" is missing before it.` }
  }
  if (format.kind === 'kv' && !value.includes(`${format.signatureKey}=`)) {
    const sentence = `${row.sigHeader} has no ${format.signatureKey}=, which alone counts. ${reason}`
    return { code: 'header-malformed', sentence }
  }
  const prefix = format.kind === 'prefix' ? format.prefix : ''
  const hasPrefix = value.startsWith(prefix)
  const text = hasPrefix ? value.slice(prefix.length) : value
  const shape = shapeOf(text)
  if (!hasPrefix) {
    const [other] = /^[a-z0-9]+=/i.exec(value) ?? []
    const found = other === undefined ? '' : `, but with "${other}"`
    return { code: 'missing-prefix', sentence: `${row.sigHeader} does not begin with "${prefix}"${found}.` }
  }
  const chars = { hex: bytes * 2, base64: Math.ceil(bytes / 3) * 4, base64url: Math.ceil((bytes * 4) / 3) }[row.enc]
  const wanted = `${chars} ${row.enc}`
  if (shape === null || format.kind === 'kv' || format.kind === 'list')
    return { code: 'header-malformed', sentence: reason }
  if (!shape.endsWith('hex') && row.enc === 'hex') {
    const sentence = `${wanted} characters expected, got ${shape} ones: the sender seems to use base64.`
    return { code: 'wrong-encoding', sentence }
  }
  if (shape.endsWith('hex') && row.enc !== 'hex') {
    return {
      code: 'wrong-encoding',
      sentence: `${wanted} characters expected, got ${shape} ones: the sender seems to use hex.`,
    }
  }
  if (shape.endsWith('base64url') && row.enc === 'base64') {
    const sentence = `"${/[-_]/.exec(text)?.[0] ?? '-'}" is no character of base64: the sender seems to use base64url.`
    return { code: 'wrong-encoding', sentence }
  }
  // Of the right length, and still not what a sender writes.
  if (text.length === chars) return { code: 'header-malformed', sentence: reason }
  return { code: 'wrong-length', sentence: `${wanted} characters expected, got ${shape} ones.` }
}

/** What has to stand before a digest where nothing else stands; null where more belongs there, or nothing. */
function leadOf(format: Format): string | null {
  if (format.kind === 'prefix' || format.kind === 'list') return format.prefix
  return format.kind === 'kv' && format.timestampKey === undefined ? `${format.signatureKey}=` : null
}

/** `64 hex`, `44 base64`, `43 base64url`; null for what is none of them. */
function shapeOf(text: string): string | null {
  if (/^[0-9a-f]+$/i.test(text)) return `${text.length} hex`
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return `${text.length} base64`
  return /^[A-Za-z0-9_-]+={0,2}$/.test(text) ? `${text.length} base64url` : null
}
