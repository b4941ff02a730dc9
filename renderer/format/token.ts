export type TokenParts = { readonly key: string; readonly secret: string }

/** A token as it is copied, `crk_...:crs_...`, with whatever blanks came along. Null while it is not whole. */
export function readToken(text: string): TokenParts | null {
  const match = /^\s*(crk_[A-Za-z0-9_-]{6,64})\s*[:\s]\s*(crs_[A-Za-z0-9_-]{43})\s*$/.exec(text)
  return match?.[1] === undefined || match[2] === undefined ? null : { key: match[1], secret: match[2] }
}

/** What keeps a text from being a token, or null when it is one or nothing is typed yet. */
export function describeTokenProblem(text: string): string | null {
  if (text.trim() === '' || readToken(text) !== null) return null
  if (!text.trim().startsWith('crk_')) return 'A token begins with crk_. Check that the whole of key:secret was copied.'
  return 'The token is not whole. Check that the whole of key:secret was copied.'
}

/** The address of a relay, trimmed, or null while it is none. */
export function readRelayUrl(text: string): string | null {
  const trimmed = text.trim()
  return /^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/i.test(trimmed) ? trimmed : null
}
