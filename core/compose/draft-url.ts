import { domainToASCII } from 'node:url'
import { parseTargetUrl, type TargetAddress } from '../forwarding/target-address.ts'

/** Where a draft goes, taken apart without a URL parser, so that its path and query stay as they are written. */
export type DraftUrl = {
  /** Its path is empty: that of the draft stands in `target`. */
  readonly address: TargetAddress
  /** Path and query, beginning with a slash; still with what is not ASCII. */
  readonly target: string
  readonly fragment: string
}

export type DraftUrlProblem = { readonly problem: string; readonly fix: string }

const URL_PARTS =
  /^(?:(?<scheme>[a-z][a-z0-9+.-]*):\/\/)?(?<host>\[[0-9a-f:.]+\]|[^/?#@:\s[\]]*)(?<port>:\d*)?(?<path>\/[^?#]*)?(?<query>\?[^#]*)?(?<fragment>#.*)?$/is

/** Reads what a person writes as a URL: whole, without a scheme (`localhost:3000/x`), or as a port (`3000/x`, `:3000`). */
export function readDraftUrl(text: string): DraftUrl | DraftUrlProblem {
  const written = completed(text.trim())
  if (written === '')
    return { problem: 'There is no URL yet.', fix: 'Write where to send it, as http://localhost:3000/hooks.' }
  const parts = URL_PARTS.exec(written)?.groups
  // With a scheme that is no scheme, its colon would be taken for that of a port.
  if (!parts || (parts['scheme'] === undefined && /^[^/?#]*:\/\//.test(written))) return describeProblem(written)
  const { scheme = 'http', host = '', port = '', path = '', query = '', fragment = '' } = parts
  if (!/^https?$/i.test(scheme)) {
    return { problem: `Requests cannot be sent by ${scheme}.`, fix: 'Begin the URL with http:// or https://.' }
  }
  const ascii = /^[\x21-\x7e]*$/.test(host) ? host : domainToASCII(host)
  const address = parseTargetUrl(`${scheme}://${ascii}${port === ':' ? '' : port}`)
  // Its shape is right, but no address can be made of it: `http://127.0.0.300`.
  if (address === null || !URL.canParse(address.origin)) return describeProblem(written)
  return { address, target: `${path === '' ? '/' : path}${query}`, fragment }
}

function completed(text: string): string {
  if (/^\d{1,5}(?=$|[/?#])/.test(text)) return `http://localhost:${text}`
  return /^:\d/.test(text) ? `http://localhost${text}` : text
}

function describeProblem(text: string): DraftUrlProblem {
  if (/^(?:https?:\/\/)?[^/?#]*@/i.test(text)) {
    return {
      problem: 'A URL cannot hold a user name or password.',
      fix: 'Put them into an Authorization line: Basic, then user:password in base64.',
    }
  }
  const port = /^(?:https?:\/\/)?[^/?#]*:(\d+)(?:[/?#]|$)/i.exec(text)?.[1]
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) {
    return { problem: `${port} is no port.`, fix: 'A port is a number from 1 to 65535.' }
  }
  return {
    problem: 'This is not a URL that requests can be sent to.',
    fix: 'It has a scheme, a host and a path, as http://localhost:3000/hooks.',
  }
}
