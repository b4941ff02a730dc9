import { isIP } from 'node:net'
import { getProxyForUrl } from 'proxy-from-env'
import { isLocalhostName } from '../forwarding/lookup-localhost.ts'

/** What the system says of a URL, as a proxy auto-configuration answers it: `PROXY proxy.example:3128; DIRECT`. */
export type SystemProxy = (url: string) => Promise<string>

/** How a connection is made: straight, or through a proxy that speaks CONNECT (RFC 9110 section 9.3.6). */
export type Route = { readonly kind: 'direct' } | { readonly kind: 'proxy'; readonly url: URL }

const DIRECT: Route = { kind: 'direct' }

/** A proxy is configured, and cannot be used. */
export class ProxyProblem extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ProxyProblem'
  }
}

/**
 * Which way a connection to `url` takes. The environment goes before the system: whoever sets it means this program. This computer is never
 * reached through a proxy.
 * @throws ProxyProblem when the proxy that is set is of a kind that Creel does not speak to.
 */
export async function chooseProxy(url: string, systemProxy: SystemProxy | null): Promise<Route> {
  const { hostname } = new URL(url)
  if (isThisComputer(hostname)) return DIRECT
  const named = getProxyForUrl(url)
  if (named !== '') return toRoute(named, 'The environment')
  if (systemProxy === null || hasEnvironment()) return DIRECT
  return readSystemAnswer(await systemProxy(url))
}

function isThisComputer(hostname: string): boolean {
  const name = hostname.replace(/^\[|\]$/g, '')
  return isLocalhostName(name) || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'))
}

const NAMES = ['https_proxy', 'http_proxy', 'all_proxy', 'no_proxy']

/** `NO_PROXY` must not be overruled by what the system says. */
function hasEnvironment(): boolean {
  return NAMES.some((name) => (process.env[name] ?? process.env[name.toUpperCase()] ?? '') !== '')
}

/** The first way of the list that can be gone. */
function readSystemAnswer(answer: string): Route {
  const ways = answer.split(';').map((way) => way.trim())
  for (const way of ways) {
    const [kind = '', host = ''] = way.split(/\s+/)
    switch (kind.toUpperCase()) {
      case '':
      case 'DIRECT':
        return DIRECT
      case 'PROXY':
      case 'HTTP':
        return toRoute(`http://${host}`, 'The system')
      case 'HTTPS':
        return toRoute(`https://${host}`, 'The system')
      default:
        // SOCKS: perhaps the list names another one.
        continue
    }
  }
  throw new ProxyProblem(`The system names the proxy "${answer}", and Creel speaks to HTTP and HTTPS proxies only.`)
}

function toRoute(text: string, who: string): Route {
  if (!URL.canParse(text)) throw new ProxyProblem(`${who} names a proxy whose address cannot be read.`)
  const url = new URL(text)
  if (url.protocol === 'http:' || url.protocol === 'https:') return { kind: 'proxy', url }
  const kind = url.protocol.replace(':', '')
  throw new ProxyProblem(`${who} names a proxy of the kind "${kind}", and Creel speaks to HTTP and HTTPS proxies only.`)
}
