import type { CustomScheme } from '../../../protocol/signature.ts'

/** A scheme as a form has it: texts alone. The same that built-in schemes are made of (signatures/row.ts); main checks it and names each field. */
export type SchemeFields = {
  readonly name: string
  readonly sigHeader: string
  readonly mac: 'hmac' | 'digest' | 'token'
  readonly alg: 'sha1' | 'sha256' | 'sha384' | 'sha512'
  readonly enc: 'hex' | 'base64' | 'base64url'
  readonly key: 'utf8' | 'hex' | 'base64' | 'base64url' | 'auto'
  readonly format: 'raw' | 'prefix' | 'kv' | 'list' | 'template'
  readonly prefix: string
  readonly separator: string
  readonly signatureKey: string
  readonly timestampKey: string
  readonly template: string
  readonly signed: string
  readonly timestamp: 'none' | 'header' | 'signature' | 'body'
  readonly timestampName: string
  readonly unit: 's' | 'ms' | 'us' | 'rfc3339'
  /** Seconds; empty: any age. */
  readonly tolerance: string
  readonly idHeader: string
}

export const NEW_SCHEME: SchemeFields = {
  name: '',
  sigHeader: 'X-Signature',
  mac: 'hmac',
  alg: 'sha256',
  enc: 'hex',
  key: 'utf8',
  format: 'raw',
  prefix: 'sha256=',
  separator: ',',
  signatureKey: 'v1',
  timestampKey: 't',
  template: '{ts}.{sig}',
  signed: '{body}',
  timestamp: 'none',
  timestampName: 'X-Timestamp',
  unit: 's',
  tolerance: '300',
  idHeader: '',
}

/** "custom-my-sender" of "My sender". */
export function schemeId(name: string): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return `custom-${slug}`.slice(0, 60).replace(/-+$/, '')
}

/** The row that main checks. */
export function toRow(fields: SchemeFields, id: string): Record<string, unknown> {
  const { name, sigHeader, mac, alg, enc, key, signed, idHeader } = fields
  return {
    id,
    name: name.trim(),
    alg,
    key,
    sigHeader: sigHeader.trim(),
    format: toFormat(fields),
    enc,
    parts: signed === '' ? [] : [signed],
    ...(mac === 'hmac' ? {} : { mac }),
    ...(fields.timestamp === 'none' ? {} : { ts: toTimestamp(fields) }),
    ...(idHeader.trim() === '' ? {} : { idHeader: idHeader.trim() }),
    // One signature for each secret may stand there, as while a secret is changed for another.
    ...(fields.format === 'kv' || fields.format === 'list' ? { multi: 'any' } : {}),
  }
}

function toFormat({ format, prefix, separator, signatureKey, timestampKey, template }: SchemeFields) {
  switch (format) {
    case 'raw':
      return { kind: format }
    case 'prefix':
      return { kind: format, prefix }
    case 'kv':
      return {
        kind: format,
        separator,
        signatureKey: signatureKey.trim(),
        ...(timestampKey.trim() === '' ? {} : { timestampKey: timestampKey.trim() }),
      }
    case 'list':
      return { kind: format, separator, prefix }
    case 'template':
      return { kind: format, template }
  }
}

function toTimestamp({ timestamp, timestampName, unit, tolerance }: SchemeFields) {
  return {
    from: timestamp,
    ...(timestamp === 'signature' ? {} : { name: timestampName.trim() }),
    unit,
    tolerance: tolerance.trim() === '' ? null : Number(tolerance),
  }
}

/** What a kept row says, over what a new one begins with; what a form has no field for was never in it. */
export function fromRow(row: CustomScheme): SchemeFields {
  const format = recordOf(row['format'])
  const ts = row['ts'] === undefined ? null : recordOf(row['ts'])
  const parts: unknown = row['parts']
  const said = {
    ...row,
    ...format,
    format: format['kind'],
    signed: Array.isArray(parts) ? parts.join('') : '',
    timestamp: ts?.['from'] ?? 'none',
    timestampName: ts?.['name'],
    unit: ts?.['unit'],
    tolerance: typeof ts?.['tolerance'] === 'number' ? String(ts['tolerance']) : ts === null ? undefined : '',
    timestampKey: format['kind'] === 'kv' ? (format['timestampKey'] ?? '') : undefined,
  }
  const known = Object.entries(said).filter(([name, value]) => name in NEW_SCHEME && typeof value === 'string')
  return { ...NEW_SCHEME, ...Object.fromEntries(known) }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
