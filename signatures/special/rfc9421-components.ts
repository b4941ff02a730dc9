import { findHeader, findHeaders } from '../header-lines.ts'
import type { Line } from '../scheme.ts'

/** What components are taken from. */
export type Message = {
  readonly method: string
  /** Null when only a path is known. */
  readonly url: URL | null
  /** The URL as it was written. */
  readonly target: string | null
  readonly headers: readonly Line[]
}

/** A line of the signature base (RFC 9421, 2.5) for a component as it is written in the list, or null when the message does not have it. */
export function componentLine(message: Message, component: string): string | null {
  const [, name = '', params = ''] = /^"([^"]*)"(.*)$/s.exec(component) ?? []
  const value = name.startsWith('@') ? derivedValue(message, name, params) : fieldValue(message, name, params)
  return value === null ? null : `${component}: ${value}`
}

function fieldValue({ headers }: Message, name: string, params: string): string | null {
  // Fields read as structures, wrapped as bytes, of trailers or of a request that was answered: not known here.
  if (params !== '') return null
  const values = findHeaders(headers, name)
  return values.length === 0 ? null : values.map((value) => value.replace(/\r?\n[ \t]+/g, ' ')).join(', ')
}

function derivedValue(message: Message, name: string, params: string): string | null {
  const { url, target, headers } = message
  const { path, query } = splitTarget(target)
  if (name === '@query-param') return queryParam(query, params)
  if (params !== '') return null
  switch (name) {
    case '@method':
      return message.method
    case '@authority':
      return url === null ? (findHeader(headers, 'host')?.toLowerCase() ?? null) : url.host
    case '@scheme':
      return url === null ? null : url.protocol.slice(0, -1)
    case '@target-uri':
      return url === null ? null : target
    case '@path':
      return target === null ? null : path
    case '@query':
      return target === null ? null : `?${query ?? ''}`
    case '@request-target':
      return target === null ? null : path + (query === null ? '' : `?${query}`)
    default:
      return null
  }
}

function splitTarget(target: string | null): { readonly path: string; readonly query: string | null } {
  const rest = (target ?? '').replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').replace(/#.*$/, '')
  const at = rest.indexOf('?')
  return { path: (at === -1 ? rest : rest.slice(0, at)) || '/', query: at === -1 ? null : rest.slice(at + 1) }
}

function queryParam(query: string | null, params: string): string | null {
  const [, name] = /^;name="([^"]*)"$/.exec(params) ?? []
  if (name === undefined || query === null) return null
  for (const [key, value] of new URLSearchParams(query)) if (escape(key) === name) return escape(value)
  return null
}

function escape(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString())
}
