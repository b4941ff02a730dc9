import type { HeaderLine } from '../../protocol/request.ts'
import type { CustomScheme, SchemeInfo, SchemeProblem, SchemeSigning } from '../../protocol/signature.ts'
import { candidatesOf, type Candidate } from '../../signatures/detect.ts'
import { schemeOfRow } from '../../signatures/row-scheme.ts'
import type { Resign, Scheme } from '../../signatures/scheme.ts'
import { findScheme, schemes } from '../../signatures/schemes.ts'
import { secretPlace } from '../../signatures/secret-places.ts'
import { validateRow } from '../../signatures/validate-row.ts'

/** The schemes of the library and those that a person made. */
export type KnownSchemes = {
  find(id: string): Scheme | null
  /** Those that a request may be signed by, the likeliest first; one's own go before all others. */
  candidates(request: {
    readonly headers: readonly HeaderLine[]
    readonly body: Uint8Array | null
  }): readonly Candidate[]
  list(): readonly SchemeInfo[]
}

/** A scheme that a person made, or what is wrong with it. */
export type CheckedScheme =
  | { readonly ok: true; readonly scheme: CustomScheme }
  | { readonly ok: false; readonly problems: readonly SchemeProblem[] }

/** Checks what a person made before it is kept. */
export function checkOwnScheme(row: unknown): CheckedScheme {
  const checked = validateRow(row)
  if (!checked.ok) return checked
  const { id } = checked.row
  if (findScheme(id) === null) return { ok: true, scheme: { ...checked.row, id } }
  return { ok: false, problems: [{ field: 'id', message: 'A sender that Creel knows has this name.' }] }
}

const SIGNING: Readonly<Record<Resign, SchemeSigning>> = {
  yes: 'secret',
  'test-keys': 'test-keys',
  copy: 'token',
  no: 'no',
}

/** `own`: rows that a person made, asked for anew each time; one that does not hold is passed over. */
export function createKnownSchemes(own: () => readonly CustomScheme[]): KnownSchemes {
  let rows: readonly CustomScheme[] | null = null
  let made: readonly Scheme[] = []

  function ownSchemes(): readonly Scheme[] {
    const now = own()
    if (now !== rows) {
      rows = now
      made = now.flatMap((row) => {
        const checked = validateRow(row)
        return checked.ok ? [schemeOfRow(checked.row)] : []
      })
    }
    return made
  }

  return {
    find: (id) => findScheme(id) ?? ownSchemes().find((scheme) => scheme.id === id) ?? null,
    candidates(request) {
      return [...ownSchemes().flatMap((scheme) => ownCandidate(scheme, request.headers)), ...candidatesOf(request)]
    },
    list() {
      return [...schemes.map((scheme) => toInfo(scheme, false)), ...ownSchemes().map((scheme) => toInfo(scheme, true))]
    },
  }
}

function ownCandidate({ id, name, headerNames }: Scheme, headers: readonly HeaderLine[]): readonly Candidate[] {
  const wanted = new Set(headerNames.map((each) => each.toLowerCase()))
  const present = headers.flatMap(([each]) => (wanted.has(each.toLowerCase()) ? [each] : []))
  return present.length === 0 ? [] : [{ scheme: id, name, certainty: 'sure', headerNames: [...new Set(present)] }]
}

function toInfo({ id, name, headerNames, resign, signsSecret = false }: Scheme, isCustom: boolean): SchemeInfo {
  const { label, where } = secretPlace(id)
  const signing = SIGNING[resign]
  return { id, name, headerNames, signing, signsSecret, secretLabel: label, secretWhere: where, isCustom }
}
