import { lookup as systemLookup, type LookupAddress } from 'node:dns'
import { request, type RequestOptions } from 'node:https'
import { createAddressBlocks } from './address-blocks.ts'

/** What came: its body up to a bound, as text. */
export type Fetched = { readonly status: number; readonly body: string }

type LookupAll = (hostname: string, done: (error: Error | null, addresses: readonly LookupAddress[]) => void) => void
type Lookup = NonNullable<RequestOptions['lookup']>

const MOST_BYTES = 16 * 1024
const WITHIN_MS = 5000

/** Addresses that are nobody's public ones (IANA's registries of special-purpose addresses): a relay must not be sent into its own net. */
const PRIVATE = createAddressBlocks(
  `0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.168.0.0/16
  198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3 ::/8 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23
  2001:db8::/32 2002::/16 fc00::/7 fe80::/10 ff00::/8`.split(/\s+/),
)

export function isPublicAddress(address: string): boolean {
  return !PRIVATE.has(address)
}

/** What a test puts in the place of the Internet. */
export type FetchPlace = {
  readonly lookup?: LookupAll
  readonly isAllowed?: (address: string) => boolean
  readonly port?: number
  readonly ca?: string
  readonly withinMs?: number
}

/**
 * GETs an HTTPS URL whose host the caller has made sure of: no redirect is followed, 16 KiB and 5 s at most, and only public addresses are asked.
 * Null when nothing whole came.
 */
export function fetchBounded(url: string, place: FetchPlace = {}): Promise<Fetched | null> {
  return new Promise((resolve) => {
    const { hostname, pathname, search, protocol } = new URL(url)
    if (protocol !== 'https:') {
      resolve(null)
      return
    }
    const signal = AbortSignal.timeout(place.withinMs ?? WITHIN_MS)
    const asked = request({
      hostname,
      path: pathname + search,
      port: place.port ?? 443,
      lookup: publicLookup(place),
      // A connection of its own: none that was made to another address is used again.
      agent: false,
      signal,
      ...(place.ca === undefined ? {} : { ca: place.ca }),
    })
    asked.once('response', (answer) => {
      const pieces: Buffer[] = []
      let bytes = 0
      answer.on('data', (piece: Buffer) => {
        bytes += piece.byteLength
        if (bytes <= MOST_BYTES) pieces.push(piece)
        else {
          resolve(null)
          asked.destroy()
        }
      })
      answer.once('error', () => resolve(null))
      answer.once('end', () =>
        resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(pieces).toString('utf8') }),
      )
    })
    asked.once('error', () => resolve(null))
    asked.once('close', () => resolve(null))
    asked.end()
  })
}

function publicLookup({ lookup = lookupAll, isAllowed = isPublicAddress }: FetchPlace): Lookup {
  return (hostname, options, done) => {
    lookup(hostname, (error, found) => {
      const [first] = found
      if (error !== null) done(error, '', 4)
      // One private address among them is enough to distrust the name.
      else if (first === undefined || !found.every(({ address }) => isAllowed(address))) {
        done(new Error(`${hostname} has no public address.`), '', 4)
      } else if (options.all === true) done(null, [...found])
      else done(null, first.address, first.family)
    })
  }
}

const lookupAll: LookupAll = (hostname, done) => {
  systemLookup(hostname, { all: true }, done)
}
