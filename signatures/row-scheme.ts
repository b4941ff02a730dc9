import { compileParts, hasPart, type Parts } from './signed-parts.ts'
import { judgeRow } from './judge-row.ts'
import type { DigestEncoding, Format, HeaderSpec, Mac, MacAlgorithm, SchemeRow } from './row.ts'
import type { Scheme } from './scheme.ts'
import { signRow } from './sign-row.ts'

/** A signature header with all that its row says for it. */
export type RowHeader = {
  readonly name: string
  readonly lower: string
  readonly format: Format
  readonly alg: MacAlgorithm
  readonly enc: DigestEncoding
  readonly mac: Mac
  readonly parts: Parts
  readonly needsTimestamp: boolean
  readonly needsId: boolean
  readonly needsUrl: boolean
  /** Bytes of a digest. */
  readonly length: number
  readonly numbered: boolean
  readonly secret: number
  readonly when: HeaderSpec['when']
}

/** A row, ready to judge with. */
export type CompiledRow = {
  readonly row: SchemeRow
  /** Each of them is enough; the sender's first comes first. */
  readonly judged: readonly RowHeader[]
  readonly companions: readonly RowHeader[]
}

const LENGTHS = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 } as const

/** The scheme that a row describes. */
export function schemeOfRow(row: SchemeRow): Scheme {
  const primary: HeaderSpec = { name: row.sigHeader, numbered: row.numbered ?? false }
  const optional = row.format.kind === 'prefix' && row.format.optional === true
  const byAlgorithm = (row.otherAlgorithms ?? []).map((alg): HeaderSpec => ({
    name: row.sigHeader,
    alg,
    format: { kind: 'prefix', prefix: `${alg}=`, optional },
  }))
  const compiled: CompiledRow = {
    row,
    judged: [primary, ...byAlgorithm, ...(row.also ?? [])].map((spec) => compileHeader(row, spec)),
    companions: (row.companions ?? []).map((spec) => compileHeader(row, spec)),
  }
  const headers = [...compiled.judged, ...compiled.companions]
  return {
    id: row.id,
    name: row.name,
    headerNames: [...new Set(headers.map(({ name, numbered }) => (numbered ? `${name}1` : name)))],
    resign: row.resign ?? (row.mac === 'token' ? 'copy' : 'yes'),
    needsUrl: compiled.judged.some(({ needsUrl }) => needsUrl),
    toleranceSeconds: row.ts?.tolerance ?? null,
    secretEncoding: row.key,
    row,
    judge: (call) => judgeRow(compiled, call),
    sign: (call) => signRow(compiled, call),
  }
}

function compileHeader(row: SchemeRow, spec: HeaderSpec): RowHeader {
  const alg = spec.alg ?? row.alg
  const parts = compileParts(spec.parts ?? row.parts)
  return {
    name: spec.name,
    lower: spec.name.toLowerCase(),
    format: spec.format ?? row.format,
    alg,
    enc: spec.enc ?? row.enc,
    mac: spec.mac ?? row.mac ?? 'hmac',
    parts,
    needsTimestamp: hasPart(parts, 'ts'),
    needsId: hasPart(parts, 'id'),
    needsUrl: hasPart(parts, 'url') || hasPart(parts, 'path'),
    length: LENGTHS[alg],
    numbered: spec.numbered ?? false,
    secret: spec.secret ?? 0,
    when: spec.when,
  }
}
