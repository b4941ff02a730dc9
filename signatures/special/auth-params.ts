/** Parameters of an `Authorization` value (RFC 9110, 11.4) behind its scheme: `name="value"`, `name=value`. Null when it has another scheme. */
export function readAuthParams(value: string | null, scheme: string): ReadonlyMap<string, string> | null {
  const [, word = '', rest = ''] = /^(\S+)\s+(.*)$/s.exec(value ?? '') ?? []
  if (word.toLowerCase() !== scheme.toLowerCase()) return null
  const params = new Map<string, string>()
  for (const [, name = '', quoted, bare = ''] of rest.matchAll(/([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]*))/g)) {
    params.set(name.toLowerCase(), quoted === undefined ? bare : quoted.replace(/\\(.)/g, '$1'))
  }
  return params
}
