import { createHmac } from 'node:crypto'
import type { Scheme, SignatureHeader } from './scheme.ts'

/** The HMAC that the scheme's sender would make. The secret is taken as UTF-8. */
export function computeDigest(
  scheme: Scheme,
  header: SignatureHeader,
  signed: { readonly body: Uint8Array; readonly timestamp: string | null; readonly secret: string },
): Buffer {
  const hmac = createHmac(header.algorithm, signed.secret)
  for (const part of scheme.parts) {
    if (part === 'body') hmac.update(signed.body)
    else if (part === 'timestamp') hmac.update(signed.timestamp ?? '')
    else hmac.update(part.text)
  }
  return hmac.digest()
}
