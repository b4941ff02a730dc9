import type { Place } from '../ingest/place.ts'
import type { RequestHead } from '../ingest/read-head.ts'
import type { Refusal } from '../problem.ts'
import type { Authentication, HandshakeSetting } from '../store/edge-settings.ts'
import { type AddressBlocks, createAddressBlocks } from './address-blocks.ts'

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

const read = new WeakMap<readonly string[], AddressBlocks>()

function isAmong(remote: string | null, addresses: readonly string[]): boolean {
  let blocks = read.get(addresses)
  if (blocks === undefined) {
    blocks = createAddressBlocks(addresses)
    read.set(addresses, blocks)
  }
  return remote !== null && blocks.has(remote)
}
