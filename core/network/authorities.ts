import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import * as tls from 'node:tls'

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g

/** A file of certificates that cannot be used. */
export class AuthorityProblem extends Error {
  readonly file: string

  constructor(file: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'AuthorityProblem'
    this.file = file
  }
}

/**
 * Reads a company's own certificate authorities, PEM.
 * @throws AuthorityProblem when the file cannot be read or holds no certificate.
 */
export function readAuthorities(file: string): readonly string[] {
  let text: string
  try {
    text = readFileSync(file, 'latin1')
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new AuthorityProblem(file, `The file of certificates cannot be read: ${why}`, { cause })
  }
  const found = text.match(CERTIFICATE) ?? []
  if (found.length === 0) throw new AuthorityProblem(file, `${file} holds no certificate in PEM form.`)
  for (const pem of found) {
    try {
      new X509Certificate(pem)
    } catch (cause) {
      throw new AuthorityProblem(file, `${file} holds a certificate that cannot be read.`, { cause })
    }
  }
  return found
}

/**
 * Whom TLS connections trust: those that Node brings, those of the system where this Node can ask for them (22.15 and newer), and those of the files.
 * Undefined = Node's own alone.
 */
export function trustedAuthorities(files: readonly (readonly string[])[]): readonly string[] | undefined {
  const system = systemAuthorities()
  const own = files.flat()
  if (system.length === 0 && own.length === 0) return undefined
  return [...new Set([...tls.rootCertificates, ...system, ...own])]
}

function systemAuthorities(): readonly string[] {
  // The Node in older Electrons has no such function.
  const read: unknown = Reflect.get(tls, 'getCACertificates')
  if (typeof read !== 'function') return []
  const found: unknown = Reflect.apply(read, tls, ['system'])
  return Array.isArray(found) ? found.filter((one): one is string => typeof one === 'string') : []
}
