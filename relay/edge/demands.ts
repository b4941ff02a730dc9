import { BlockList, isIP } from 'node:net'
import type { Place } from '../ingest/place.ts'
import type { RequestHead } from '../ingest/read-head.ts'
import type { Refusal } from '../problem.ts'
import type { Authentication, HandshakeSetting } from '../store/edge-settings.ts'

/** What an input asks of its senders, and where the secrets for it lie. */
export type Demands = {
  readonly authentication: Authentication
  /** Id of the input or bucket whose settings say so. */
  readonly authenticationOwner: string
  readonly handshakes: readonly HandshakeSetting[]
  readonly handshakesOwner: string
}

const NOTHING: Authentication = {}

/** Null for the usual input, that takes whatever comes: nothing more may be done for it. */
export function demandsOf(place: Place): Demands | null {
  if (place.kind === 'unknown') return null
  const { input, bucket } = place
  const authentication = input.settings.authentication ?? bucket.settings.authentication
  const handshakes = input.settings.handshakes ?? bucket.settings.handshakes
  if (authentication === undefined && handshakes === undefined) return null
  return {
    authentication: authentication ?? NOTHING,
    authenticationOwner: input.settings.authentication === undefined ? bucket.id : input.id,
    handshakes: handshakes ?? [],
    handshakesOwner: input.settings.handshakes === undefined ? bucket.id : input.id,
  }
}

/** Why a request is refused by its head alone, before a byte of its body is read, or null. */
export function judgeDemandedHead({ authentication, handshakes }: Demands, head: RequestHead): Refusal | null {
  const { addresses } = authentication
  if (addresses !== undefined && !isAmong(head.remote, addresses)) {
    const detail = `requests from ${head.remote ?? 'an unknown address'} are not taken here`
    return { status: 403, code: 'address', detail }
  }
  // A sender's check of the address may come by another method than what it sends later: it is looked at first.
  return handshakes.length > 0 ? null : judgeMethod(authentication, head)
}

export function judgeMethod({ methods }: Authentication, { method }: RequestHead): Refusal | null {
  if (methods === undefined || methods.includes(method)) return null
  const headers = ['Allow', methods.join(', ')]
  return { status: 405, code: 'method', detail: `${method} is not taken here, only ${methods.join(', ')}`, headers }
}

const lists = new WeakMap<readonly string[], BlockList>()

function isAmong(remote: string | null, addresses: readonly string[]): boolean {
  const family = remote === null ? 0 : isIP(remote)
  if (remote === null || family === 0) return false
  let list = lists.get(addresses)
  if (list === undefined) {
    list = new BlockList()
    for (const address of addresses) addBlock(list, address)
    lists.set(addresses, list)
  }
  return list.check(remote, family === 6 ? 'ipv6' : 'ipv4')
}

/** Adds an address or a block in CIDR notation. False when it is neither. */
export function addBlock(list: BlockList, text: string): boolean {
  const [address = '', bits, ...more] = text.split('/')
  const family = isIP(address)
  if (family === 0 || more.length > 0) return false
  const type = family === 6 ? 'ipv6' : 'ipv4'
  if (bits === undefined) list.addAddress(address, type)
  else if (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32)) {
    list.addSubnet(address, Number(bits), type)
  } else return false
  return true
}
