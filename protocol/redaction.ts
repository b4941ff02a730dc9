/** Headers whose values are hidden in what leaves the app, unless somebody asks for them. Lower case; `*` stands for any characters. */
export const SECRET_HEADERS: readonly string[] = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  '*-authorization',
  '*signature*',
  '*-hmac-*',
  '*-token',
  '*-token-*',
  '*-secret',
  '*-secret-*',
  '*api-key',
  '*apikey',
  '*-access-key',
  '*password*',
  'x-auth-*',
  'x-amz-security-*',
]

/** What stands in place of a value that is hidden. */
export const HIDDEN = '<hidden>'

/** Tells whether a header's value is hidden, by these patterns. */
export function secretHeaderTest(patterns: readonly string[]): (name: string) => boolean {
  const sources = patterns.map((pattern) =>
    pattern
      .trim()
      .toLowerCase()
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*'),
  )
  const kept = sources.filter((source) => source !== '')
  if (kept.length === 0) return () => false
  const test = new RegExp(`^(?:${kept.join('|')})$`)
  return (name) => test.test(name.toLowerCase())
}
