import type { Call } from '../scheme.ts'
import type { Others, Variant } from './diagnosis.ts'

/** What the URL may have been when it was signed. */
export function* urlVariants(call: Call, others: Others): Generator<Variant> {
  const { url } = call
  if (url === null) return
  const of = (code: string, sentence: string, changed: string): Variant => ({
    code,
    sentence,
    call: { ...call, url: changed },
  })
  for (const other of others.urls ?? []) {
    const code = isLocal(url) ? 'url-is-local-forward-target' : 'url-differs'
    if (other !== url) yield of(code, `It matches ${shown(other)}, but it was judged with ${shown(url)}.`, other)
  }
  const swapped = url.startsWith('https:') ? url.replace(/^https:/, 'http:') : url.replace(/^http:/, 'https:')
  for (const [scheme, base] of [
    [false, url],
    [true, swapped],
  ] as const) {
    for (const { code, words, changed } of smallChanges(base)) {
      if (changed === url) continue
      const said = scheme
        ? `It matches ${shown(changed)}, but it was judged with ${shown(url)}.`
        : `It matches ${shown(changed)}: ${words}.`
      yield of(scheme ? 'url-scheme' : code, said, changed)
    }
  }
}

/** Whether a URL names this computer or a network that nobody else reaches: no sender has signed it. */
export function isLocal(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { hostname } = new URL(url)
  return (
    /^(localhost|.*\.localhost|.*\.local|127(\.\d+){3}|10(\.\d+){3}|192\.168(\.\d+){2}|0\.0\.0\.0|\[::1\])$/.test(
      hostname,
    ) || /^172\.(1[6-9]|2\d|3[01])(\.\d+){2}$/.test(hostname)
  )
}

type Change = { readonly code: string; readonly words: string; readonly changed: string }

function smallChanges(url: string): readonly Change[] {
  const [, before = '', path = '', query = ''] = /^([a-z][a-z0-9+.-]*:\/\/[^/?#]*)([^?#]*)(\?[^#]*)?/i.exec(url) ?? []
  if (before === '') return []
  const withoutPort = before.replace(/:\d+$/, '')
  const port = before.startsWith('https:') ? ':443' : ':80'
  const slashed = path.endsWith('/') ? path.slice(0, -1) : `${path}/`
  const sorted = query === '' ? '' : `?${query.slice(1).split('&').toSorted().join('&')}`
  const normal = URL.canParse(url) ? new URL(url).toString() : url
  return [
    { code: 'url-scheme', words: 'with the other of http and https', changed: url },
    { code: 'url-trailing-slash', words: 'the slash at the end counts', changed: before + slashed + query },
    { code: 'url-port', words: 'the sender signs no port', changed: withoutPort + path + query },
    { code: 'url-port', words: 'the sender signs the port', changed: withoutPort + port + path + query },
    { code: 'url-query', words: 'the order of the query counts', changed: before + path + sorted },
    { code: 'url-query', words: 'the sender signs no query', changed: before + path },
    { code: 'url-encoding', words: 'the sender escapes the URL', changed: normal },
    { code: 'url-encoding', words: 'the sender signs it without escapes', changed: decoded(url) },
  ]
}

function decoded(url: string): string {
  try {
    return decodeURI(url)
  } catch {
    // Half an escape: it was sent so.
    return url
  }
}

function shown(url: string): string {
  return url.length > 200 ? `${url.slice(0, 199)}…` : url
}
