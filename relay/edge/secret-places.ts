import type { NamedSecret, Secrets } from '../store/edge-settings.ts'

/** Where the secrets of the demanded signature lie; those of a handshake lie under its sender's id, which none of them is. */
export const SIGNATURE_PLACE = 'signature'

export function secretKey(place: string, name: string): string {
  return `${place}/${name}`
}

/** The values of named secrets, in their order. */
export function valuesAt(secrets: Secrets, place: string, named: readonly NamedSecret[] | undefined): string[] {
  return (named ?? []).flatMap(({ name }) => secrets[secretKey(place, name)] ?? [])
}
