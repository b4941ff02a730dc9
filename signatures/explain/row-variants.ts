import type { Format, MacAlgorithm, SchemeRow } from '../row.ts'
import { schemeOfRow } from '../row-scheme.ts'
import type { Call, Scheme } from '../scheme.ts'
import { hashName, macName } from '../judgement.ts'
import type { Diagnosis } from './diagnosis.ts'

const ALGORITHMS: readonly MacAlgorithm[] = ['sha1', 'sha256', 'sha384', 'sha512']
const ENCODINGS = ['hex', 'base64', 'base64url'] as const

/** A scheme that is nearly the row's, and what it means if the signature holds under it. */
export type NearScheme = Diagnosis & { readonly scheme: Scheme }

/** Other algorithms and encodings of the same row. */
export function* nearSchemes(row: SchemeRow): Generator<NearScheme> {
  if (row.mac === 'token') return
  for (const alg of ALGORITHMS) {
    for (const enc of ENCODINGS) {
      if (alg === row.alg && enc === row.enc) continue
      const format = withAlgorithm(row.format, alg)
      const code = alg === row.alg ? 'encoding-differs' : 'algorithm-differs'
      const what = [alg === row.alg ? null : macName(alg), enc === row.enc ? null : enc].filter((each) => each !== null)
      const meant = `${row.name} is set to ${hashName(row.alg)} in ${row.enc}`
      const sentence = `It matches as ${what.join(' in ')}: ${meant}.`
      yield { code, sentence, scheme: near({ ...row, alg, enc, format }) }
      if (row.format.kind === 'prefix') yield { code, sentence, scheme: near({ ...row, alg, enc }) }
    }
  }
  if (row.format.kind === 'prefix') {
    const scheme = near({ ...row, format: { kind: 'raw' } })
    yield { code: 'missing-prefix', sentence: `It matches, but ${row.sigHeader} lacks "${row.format.prefix}".`, scheme }
  }
  if (row.parts.some((part) => part.includes('{ts}') && part !== '{body}')) {
    const scheme = near({ ...row, parts: ['{body}'] })
    yield { code: 'only-body-signed', sentence: 'It matches the body alone: the timestamp was not signed.', scheme }
  }
}

function near(row: SchemeRow): Scheme {
  // Without what makes other readings possible: exactly this change is tried.
  const { otherAlgorithms: _, also: __, ...bare } = row
  return schemeOfRow(bare)
}

function withAlgorithm(format: Format, alg: MacAlgorithm): Format {
  if (format.kind !== 'prefix' || !/^sha\d+=$/.test(format.prefix)) return format
  return { ...format, prefix: `${alg}=` }
}

/** Whether the call's signature holds under a scheme, whatever its age. */
export function holds(scheme: Scheme, call: Call): boolean {
  return scheme.judge({ ...call, receivedAt: null }).ok
}
