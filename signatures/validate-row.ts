import { checkFormat } from './validate-format.ts'
import { isRecord, Problems, type Problem } from './validate-problems.ts'
import type { SchemeRow } from './row.ts'

/** A row that can be judged by, or what is wrong with it, each problem with the field that has it. */
export type ValidatedRow =
  | { readonly ok: true; readonly row: SchemeRow }
  | { readonly ok: false; readonly problems: readonly Problem[] }

const FIELDS = [
  'id',
  'name',
  'alg',
  'key',
  'sigHeader',
  'format',
  'enc',
  'parts',
  'mac',
  'ts',
  'idHeader',
  'multi',
  'keyPrefixes',
] as const
const MOST_PARTS = 50
const PLACEHOLDER = /\{([^{}]*)\}/g
const KNOWN = /^(body|ts|id|url|method|path|bodySha256|secret|header:[!#$%&'*+.^_`|~\w-]+)$/

/**
 * Checks a row that a person has made: the same that the built-in schemes are made of, without the fields that only those need. Takes anything, and
 * tells of every problem at once.
 */
export function validateRow(value: unknown): ValidatedRow {
  if (!isRecord(value)) return { ok: false, problems: [{ field: '', message: 'A scheme is an object.' }] }
  const problems = new Problems()
  for (const field of Object.keys(value)) {
    if (!FIELDS.some((known) => known === field)) problems.add(field, 'This field is not known.')
  }
  problems.matches(value['id'], 'id', /^[a-z0-9][a-z0-9-]{0,59}$/, 'lower-case letters, digits and hyphens, 60 at most')
  problems.text(value['name'], 'name', 80)
  problems.oneOf(value['alg'], 'alg', ['sha1', 'sha256', 'sha384', 'sha512'])
  problems.oneOf(value['key'], 'key', ['utf8', 'hex', 'base64', 'base64url', 'auto'])
  problems.oneOf(value['enc'], 'enc', ['hex', 'base64', 'base64url'])
  problems.headerName(value['sigHeader'], 'sigHeader')
  if (value['mac'] !== undefined) problems.oneOf(value['mac'], 'mac', ['hmac', 'digest', 'token'])
  if (value['multi'] !== undefined) problems.oneOf(value['multi'], 'multi', ['any'])
  if (value['idHeader'] !== undefined) problems.headerName(value['idHeader'], 'idHeader')
  checkFormat(value['format'], problems)
  checkTimestamp(value['ts'], problems)
  checkPrefixes(value['keyPrefixes'], problems)
  checkParts(value, problems)
  if (problems.list.length > 0) return { ok: false, problems: problems.list }
  return { ok: true, row: value as SchemeRow }
}

function checkTimestamp(ts: unknown, problems: Problems): void {
  if (ts === undefined) return
  if (!isRecord(ts)) {
    problems.add('ts', 'It is an object.')
    return
  }
  problems.oneOf(ts['from'], 'ts.from', ['header', 'signature', 'body'])
  problems.oneOf(ts['unit'], 'ts.unit', ['s', 'ms', 'us', 'rfc3339'])
  if (ts['from'] === 'header') problems.headerName(ts['name'], 'ts.name')
  if (ts['from'] === 'body') problems.text(ts['name'], 'ts.name', 200)
  if (ts['orHeader'] !== undefined) problems.headerName(ts['orHeader'], 'ts.orHeader')
  const { tolerance } = ts
  const isSeconds = typeof tolerance === 'number' && Number.isFinite(tolerance) && tolerance >= 0
  if (tolerance !== null && !isSeconds) problems.add('ts.tolerance', 'It is a number of seconds, or null for any age.')
  if (ts['oneSided'] !== undefined && typeof ts['oneSided'] !== 'boolean') {
    problems.add('ts.oneSided', 'It is true or false.')
  }
}

function checkPrefixes(prefixes: unknown, problems: Problems): void {
  if (prefixes === undefined) return
  if (!Array.isArray(prefixes) || prefixes.length > 10) problems.add('keyPrefixes', 'It is a list of 10 at most.')
  else prefixes.forEach((prefix, index) => problems.text(prefix, `keyPrefixes.${index}`, 40))
}

function checkParts(row: Readonly<Record<string, unknown>>, problems: Problems): void {
  const { parts } = row
  if (!Array.isArray(parts) || parts.length > MOST_PARTS) {
    problems.add('parts', `It is a list of ${MOST_PARTS} at most.`)
    return
  }
  const names: string[] = []
  for (const [index, part] of parts.entries()) {
    const field = `parts.${index}`
    if (!problems.text(part, field, 500)) continue
    for (const [written, name = ''] of part.matchAll(PLACEHOLDER)) {
      names.push(name)
      if (!KNOWN.test(name)) problems.add(field, `${written} is not known.`)
    }
  }
  if (row['mac'] === 'token') return
  const covers = names.some((name) => name === 'body' || name === 'bodySha256' || name === 'url')
  if (!covers) problems.add('parts', 'Neither {body} nor {bodySha256} nor {url} is signed: any request would pass.')
  if (names.includes('ts') && row['ts'] === undefined)
    problems.add('ts', '{ts} is signed, and nothing says where it stands.')
  if (isRecord(row['ts']) && row['ts']['from'] === 'signature' && !holdsTimestamp(row['format'])) {
    problems.add('ts.from', 'The signature header has no place for a timestamp.')
  }
  if (names.includes('id') && row['idHeader'] === undefined) {
    problems.add('idHeader', '{id} is signed, and nothing says which header has it.')
  }
  if (names.includes('secret') !== (row['mac'] === 'digest')) {
    problems.add('parts', 'A plain hash (digest) begins with {secret}, and nothing else has it.')
  }
}

function holdsTimestamp(format: unknown): boolean {
  if (!isRecord(format)) return false
  const { kind, timestampKey, template } = format
  return kind === 'kv' ? timestampKey !== undefined : typeof template === 'string' && template.includes('{ts}')
}
