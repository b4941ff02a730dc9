/** Whether a listener at this address, as system tools write it, takes connections to 127.0.0.1 or ::1. */
export function isLoopbackReachable(address: string): boolean {
  const bare = address
    .replace(/^\[|\]$/g, '')
    .replace(/%.*$/, '')
    .toLowerCase()
  if (bare === '*' || bare === '0.0.0.0' || bare === '::' || bare === '::1') return true
  return /^(::ffff:)?127(\.\d{1,3}){3}$/.test(bare)
}
