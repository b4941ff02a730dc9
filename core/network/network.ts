import { Agent as BaseAgent, type AgentConnectOpts } from 'agent-base'
import type { Agent, ClientRequest } from 'node:http'
import { connect as connectTcp } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls, createSecureContext, type SecureContext } from 'node:tls'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { chooseProxy, ProxyProblem, type SystemProxy } from './choose-proxy.ts'

/** How this computer reaches relays: through a company's proxy and its own certificate authorities where there are such. Targets do not go this way. */
export type Network = {
  /** For `http.request`, `https.request` and `ws`. Every connection is asked about anew, and none is kept. */
  readonly agent: Agent
}

export type NetworkOptions = {
  /** What the desktop says of proxies; null where there is none to ask. */
  readonly systemProxy: SystemProxy | null
  /** PEM certificates to trust besides Node's own, see authorities.ts; asked at each connection. */
  readonly authorities: () => readonly string[] | undefined
}

export function createNetwork(options: NetworkOptions): Network {
  return { agent: new NetworkAgent(options) }
}

class NetworkAgent extends BaseAgent {
  readonly #options: NetworkOptions
  #trusted: { readonly from: readonly string[]; readonly context: SecureContext } | null = null

  constructor(options: NetworkOptions) {
    super()
    this.#options = options
  }

  override async connect(request: ClientRequest, wanted: AgentConnectOpts): Promise<Duplex | Agent> {
    const scheme = wanted.secureEndpoint ? 'https' : 'http'
    const host = wanted.host ?? 'localhost'
    const authority = host.includes(':') ? `[${host}]` : host
    const route = await chooseProxy(`${scheme}://${authority}:${wanted.port}/`, this.#options.systemProxy)
    const trust = this.#trust()
    if (route.kind === 'proxy') {
      // The context judges the host behind the proxy as well as a proxy that is itself reached over TLS.
      const proxy = new HttpsProxyAgent(route.url, { ...trust, keepAlive: false })
      return this.#through(proxy, request, { ...wanted, ...trust })
    }
    if (!wanted.secureEndpoint) return connectTcp(wanted)
    return connectTls({ servername: serverName(host), ...wanted, ...trust })
  }

  async #through(proxy: HttpsProxyAgent<string>, request: ClientRequest, wanted: AgentConnectOpts): Promise<Duplex> {
    try {
      return await proxy.connect(request, wanted)
    } catch (cause) {
      // What goes wrong behind the proxy comes later, by the socket or as the proxy's own answer.
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new ProxyProblem(`The proxy ${proxy.proxy.host} cannot be used: ${why}.`, { cause })
    }
  }

  /** Made once for each set of certificates: reading a hundred and fifty of them takes longer than connecting. */
  #trust(): { secureContext?: SecureContext } {
    const from = this.#options.authorities()
    if (from === undefined) return {}
    if (this.#trusted?.from !== from) this.#trusted = { from, context: createSecureContext({ ca: [...from] }) }
    return { secureContext: this.#trusted.context }
  }
}

/** The name for SNI (RFC 6066 section 3), which an address has none of. */
function serverName(host: string): string {
  return /^[\d.]+$|:/.test(host) ? '' : host
}

/** The way without a proxy or a company's certificates. */
export const straightNetwork: Network = createNetwork({ systemProxy: null, authorities: () => undefined })
