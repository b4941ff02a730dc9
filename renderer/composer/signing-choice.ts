import type { DraftContent } from '../../protocol/draft.ts'
import type { SourceId } from '../../protocol/ids.ts'
import type { SchemeInfo, SignatureReport, SigningSecretInfo } from '../../protocol/signature.ts'

/** Whether a request of this source would find a secret of the scheme; what belongs to no source takes any. */
export function hasSecretFor(
  scheme: string,
  sourceId: SourceId | null,
  secrets: readonly SigningSecretInfo[],
): boolean {
  return secrets.some(
    (each) => each.scheme === scheme && (sourceId === null || each.sourceId === null || each.sourceId === sourceId),
  )
}

export function canSignAs({ signing, signsSecret }: SchemeInfo, hasSecret: boolean): boolean {
  return (signing === 'test-keys' && !signsSecret) || (signing !== 'no' && hasSecret)
}

/** What has to be set to sign as this sender. */
export function secretWord({ signsSecret, secretLabel }: SchemeInfo): string {
  return signsSecret ? secretLabel.toLowerCase() : 'secret'
}

/** Whose signature a draft has: as its original's was told, else by the lines that are written, where one can be signed anew before all. */
export function likelyScheme(
  report: SignatureReport | null,
  headers: DraftContent['headers'],
  schemes: readonly SchemeInfo[],
  isHeld: (info: SchemeInfo) => boolean,
): SchemeInfo | null {
  const told = report === null || report.state === 'none' ? null : report.scheme
  const known = schemes.find(({ id }) => id === told)
  if (known !== undefined) return known
  const written = new Set(headers.flatMap(({ name, on }) => (on ? [name.toLowerCase()] : [])))
  const by = schemes.filter(
    ({ headerNames }) => !isShared(headerNames) && headerNames.some((name) => written.has(name.toLowerCase())),
  )
  return by.find(isHeld) ?? by[0] ?? null
}

/** A line that stands for much else than signatures tells of none. */
function isShared([first]: readonly string[]): boolean {
  return first === undefined || first.toLowerCase() === 'authorization'
}

/** Why a draft cannot be signed as this sender; null where it can. */
export function whyNotSigned(info: SchemeInfo | null, isHeld: (info: SchemeInfo) => boolean): string | null {
  if (info === null) return null
  if (info.signing === 'no') return `only ${info.name} has the key that signs`
  return canSignAs(info, isHeld(info)) ? null : `needs the ${secretWord(info)} of ${info.name}`
}

/** Why a draft cannot be sent without this sender's signature; null where it can: lines are left out, a body goes as it is. */
export function whyNotUnsigned(info: SchemeInfo | null): string | null {
  return info === null || info.headerNames.length > 0 ? null : `the signature of ${info.name} stands in the body`
}
