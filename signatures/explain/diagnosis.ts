import type { Call } from '../scheme.ts'

/** Why a signature does not hold. */
export type Diagnosis = {
  /** For programs: `body-reserialised`. */
  readonly code: string
  /** One sentence that a person can act on. */
  readonly sentence: string
}

/** What else is known, to be tried when the signature does not hold. */
export type Others = {
  /** Secrets that are kept under other names, before or beside the one that is set. */
  readonly secrets?: readonly { readonly name: string; readonly secret: string }[]
  /** Further URLs under which the request may have been sent: the relay's, the one that it was forwarded to. */
  readonly urls?: readonly string[]
}

/** A change of what is judged, and what it means if the signature holds then. */
export type Variant = Diagnosis & { readonly call: Call }

/** 1 s and half an hour read as people do: `412 s`, `2 h`. */
export function inWords(seconds: number): string {
  const size = Math.abs(seconds)
  if (size < 3600) return `${Math.round(size)} s`
  return size < 48 * 3600 ? `${Math.round(size / 3600)} h` : `${Math.round(size / 86_400)} days`
}
