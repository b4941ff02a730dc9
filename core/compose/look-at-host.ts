import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { connect, type PeerCertificate } from 'node:tls'
import type { HostLook } from '../../protocol/draft.ts'
import { lookupBothLoopbacks } from '../forwarding/lookup-localhost.ts'
import type { TargetAddress } from '../forwarding/target-address.ts'

const LONGEST_MS = 5_000

/** Looks where a host is, and who vouches for it: a look-up of its name and, over HTTPS, a TLS handshake. Sends nothing. Never rejects. */
export async function lookAtHost(
  address: TargetAddress,
): Promise<Pick<HostLook, 'addresses' | 'certificate' | 'problem'>> {
  try {
    const found = await lookup(address.hostname, { all: true })
    const certificate = address.scheme === 'https' ? await lookAtCertificate(address) : null
    return { addresses: found.map((one) => one.address), certificate, problem: null }
  } catch {
    return { addresses: [], certificate: null, problem: `The name ${address.hostname} was not found.` }
  }
}

function lookAtCertificate({ hostname, port }: TargetAddress): Promise<HostLook['certificate']> {
  return new Promise((resolve) => {
    const socket = connect({
      host: hostname,
      port,
      servername: isIP(hostname) ? '' : hostname,
      lookup: lookupBothLoopbacks,
      // It is looked at, and told of; nothing is sent.
      rejectUnauthorized: false,
      timeout: LONGEST_MS,
    })
    const end = (certificate: HostLook['certificate']): void => {
      resolve(certificate)
      socket.destroy()
    }
    socket.once('secureConnect', () => end(judge(socket.getPeerCertificate(), socket.authorizationError)))
    socket.once('timeout', () => end({ isTrusted: false, problem: 'It did not answer in time.' }))
    socket.once('error', (problem) => end({ isTrusted: false, problem: problem.message }))
  })
}

function judge(certificate: PeerCertificate, problem: Error | null): HostLook['certificate'] {
  if (problem) return { isTrusted: false, problem: String(problem) }
  return { isTrusted: true, validTo: Date.parse(certificate.valid_to) }
}
