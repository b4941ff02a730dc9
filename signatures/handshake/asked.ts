import { createHash, timingSafeEqual } from 'node:crypto'
import { findHeader } from '../header-lines.ts'
import { readJsonTree, textAt, type JsonNode } from '../json-tree.ts'
import { findScheme } from '../schemes.ts'
import { answerEmpty, type HandshakeAnswer, type HandshakeKeys, type HandshakeRequest } from './answer.ts'

/** What is looked at. */
export type Asked = {
  readonly request: HandshakeRequest
  readonly keys: HandshakeKeys
  readonly method: string
  readonly header: (name: string) => string | null
  /** Of the query, decoded. */
  readonly query: (name: string) => string | null
  /** Of the body's JSON. */
  readonly text: (...names: readonly string[]) => string | null
  readonly json: JsonNode | null
}

/** How one sender checks an address. */
export type Handshake = {
  readonly id: string
  /** Whether the request alone tells whose handshake it is. Others are answered only where the sender is named. */
  readonly isTelling: boolean
  readonly needsSecret?: boolean
  readonly answer: (asked: Asked) => HandshakeAnswer | undefined
}

/** Makes a request ready to be looked at. */
export function ask(request: HandshakeRequest, keys: HandshakeKeys): Asked {
  const { url } = request
  const at = (url ?? '').indexOf('?')
  const query = new URLSearchParams(at === -1 ? '' : (url ?? '').slice(at + 1).replace(/#.*$/, ''))
  const json = request.body.length > 64 * 1024 ? null : readJsonTree(request.body)
  return {
    request,
    keys,
    method: request.method.toUpperCase(),
    header: (name) => findHeader(request.headers, name),
    query: (name) => query.get(name),
    text: (...names) => textAt(json, ...names),
    json,
  }
}

/** Whether a verify token is one of the secrets, in a time that tells nothing. */
export function isToken({ keys }: Asked, token: string | null): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return (keys.secrets ?? []).some((secret) => timingSafeEqual(hash(secret), hash(token ?? '')) && secret !== '')
}

/** Whether there is anything to check with. */
export function hasSecret(asked: Asked): boolean {
  return firstSecret(asked) !== undefined
}

/** The newest one; undefined where none is set. */
export function firstSecret({ keys }: Asked): string | undefined {
  return (keys.secrets ?? []).find((secret) => secret !== '')
}

/** The one that the request is signed with; undefined where it is none. */
export function secretOf(asked: Asked, scheme: string): string | undefined {
  const { keys } = asked
  return (keys.secrets ?? []).find((secret) => isSigned({ ...asked, keys: { ...keys, secrets: [secret] } }, scheme))
}

/** Whether the request's own signature holds; its age is not judged, the challenge is fresh by itself. */
export function isSigned({ request, keys }: Asked, scheme: string): boolean {
  const call = { ...request, keys: { ...keys, secrets: keys.secrets ?? [] }, receivedAt: null }
  return findScheme(scheme)?.judge(call).ok === true
}

/** `hub.challenge` of Meta and those who took it over. */
export function hub(asked: Asked, answer: () => HandshakeAnswer | undefined, id: string): HandshakeAnswer | undefined {
  const { method, query } = asked
  if (method !== 'GET' || query('hub.mode') !== 'subscribe' || query('hub.challenge') === null) return undefined
  return isToken(asked, query('hub.verify_token')) ? answer() : answerEmpty(id, 403)
}

/** Whether it is a list with nothing in it. */
export function isEmptyList(node: JsonNode | null): boolean {
  return node?.kind === 'list' && node.items.length === 0
}
