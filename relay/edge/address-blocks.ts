import { BlockList, isIP } from 'node:net'

/** A set of addresses, some of them whole blocks. */
export type AddressBlocks = {
  /** False for what is no address at all. */
  has(address: string): boolean
}

const LISTS = { 4: 'ipv4', 6: 'ipv6' } as const

/**
 * Reads addresses and blocks in CIDR notation.
 * @throws RangeError naming the first that is neither.
 */
export function createAddressBlocks(texts: readonly string[]): AddressBlocks {
  // One for each family: in a common one, a block of IPv6 that holds the mapped addresses would hold all of IPv4.
  const lists = { 4: new BlockList(), 6: new BlockList() }
  for (const text of texts) {
    const [address = '', bits, ...more] = text.split('/')
    const family = familyOf(address)
    const isKnown = family !== null && more.length === 0 && isPrefix(bits, family)
    if (!isKnown) throw new RangeError(`${JSON.stringify(text)} is not an address or a block in CIDR notation.`)
    if (bits === undefined) lists[family].addAddress(address, LISTS[family])
    else lists[family].addSubnet(address, Number(bits), LISTS[family])
  }
  return {
    has(address) {
      const family = familyOf(address)
      return family !== null && lists[family].check(address, LISTS[family])
    },
  }
}

export function isAddressBlock(text: string): boolean {
  try {
    createAddressBlocks([text])
    return true
  } catch {
    // It says what the caller asks: no.
    return false
  }
}

function familyOf(address: string): 4 | 6 | null {
  const family = isIP(address)
  return family === 4 || family === 6 ? family : null
}

function isPrefix(bits: string | undefined, family: 4 | 6): boolean {
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32))
}
