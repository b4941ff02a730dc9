import type { HeaderLine } from '../../protocol/request.ts'
import { EXPECTS_BODY, type ExportedRequest } from './exported-request.ts'

/** What curl is told, the same in every shell, but for the body. Values are latin-1, as on the wire. */
export type CurlArguments = {
  readonly options: readonly (readonly string[])[]
  /** Behind `-H`, in order: `Name: value`, `Name;` for one without a value, `Name:` for one that curl would add. */
  readonly headers: readonly string[]
  readonly url: string
  readonly hasBody: boolean
}

/** Bodies of this size and more are announced by `Expect: 100-continue`, by some versions. */
const EXPECT_BYTES = 1024
/** What curl sends if nobody says otherwise. */
const OWN_HEADERS = ['Accept', 'User-Agent']

export function curlArguments({ request, body, sent }: ExportedRequest): CurlArguments {
  const { method } = request
  const hasBody = body.length > 0 || EXPECTS_BODY.has(method)
  const options: string[][] = []
  if (sent.origin.startsWith('https:')) options.push(['--http1.1'])
  if (/\/\.\.?(?:[/?]|$)/.test(sent.target)) options.push(['--path-as-is'])
  if (/[[\]{}]/.test(sent.target)) options.push(['--globoff'])
  if (method === 'HEAD' && !hasBody) options.push(['--head'])
  else if (method !== (hasBody ? 'POST' : 'GET')) options.push(['-X', method])
  // What a URL cannot hold, or what curl would take for something else in it.
  const isPlain = /^\/[\x21-\x7e]*$/.test(sent.target) && !/[#\\]/.test(sent.target)
  if (!isPlain) options.push(['--request-target', sent.target])
  return {
    options,
    headers: [...sent.headers.map(writeLine), ...withoutOwn(sent.headers, hasBody, body.length)],
    url: sent.origin + (isPlain ? sent.target : '/'),
    hasBody,
  }
}

function writeLine([name, value]: HeaderLine): string {
  return value === '' ? `${name};` : `${name}: ${value}`
}

function withoutOwn(headers: readonly HeaderLine[], hasBody: boolean, bytes: number): string[] {
  const present = new Set(headers.map(([name]) => name.toLowerCase()))
  const own = [...OWN_HEADERS, ...(hasBody ? ['Content-Type'] : []), ...(bytes >= EXPECT_BYTES ? ['Expect'] : [])]
  return own.filter((name) => !present.has(name.toLowerCase())).map((name) => `${name}:`)
}
