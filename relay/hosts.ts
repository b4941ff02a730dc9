import { isIP } from 'node:net'

/**
 * Builds the judgement of Host headers against DNS rebinding: a page under a stranger's name that now resolves to this machine.
 * Addresses pass, as no name was resolved for them; so do localhost, the name of the public URL and those that the operator allows.
 */
export function createHostCheck(names: readonly (string | null)[]): (host: string | undefined) => boolean {
  const allowed = new Set(names.filter((name) => name !== null).map((name) => name.toLowerCase()))
  return (host) => {
    const name = hostName(host)
    if (name === null) return false
    return name === 'localhost' || name.endsWith('.localhost') || isIP(name) !== 0 || allowed.has(name)
  }
}

/** Host and port of a target in absolute form, which go before the Host line (RFC 9112 section 3.2.2); null for every other form. */
export function authorityOf(target: string): string | null {
  return /^https?:\/\/([^/?#]*)/i.exec(target)?.[1] ?? null
}

/** The sentence for whoever is refused. */
export function describeRefusedHost(host: string | undefined): string {
  return `This relay does not answer to the host name ${JSON.stringify((host ?? '').slice(0, 80))}. If it should, name it in CREEL_ALLOWED_HOSTS or CREEL_PUBLIC_URL.`
}

/** Name or address of a Host header (RFC 9110 section 7.2), lower case, without port and brackets; null when it is none. */
function hostName(host: string | undefined): string | null {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^\s:/?#@[\]]+))(?::\d{1,5})?$/i.exec(host ?? '')
  return (match?.[1] ?? match?.[2])?.toLowerCase().replace(/\.$/, '') ?? null
}
