/** The package has no types of its own. */
declare module 'proxy-from-env' {
  /** The proxy that `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` (either case) name for a URL; empty = none. */
  export function getProxyForUrl(url: string): string
}
