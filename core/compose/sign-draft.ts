import { AppFailure } from '../../protocol/app-error.ts'
import type { DraftSigning } from '../../protocol/draft.ts'
import type { HeaderLine } from '../../protocol/request.ts'
import { signRequest } from '../../signatures/sign.ts'
import { detectScheme, type DetectedScheme } from '../../signatures/verify.ts'

export type SignInput = {
  readonly signing: DraftSigning
  readonly headers: readonly HeaderLine[]
  /** Of the request that the draft was made of: its scheme is meant where the draft's own lines show none any more. */
  readonly original: readonly HeaderLine[]
  /** Read only where it is signed. */
  readonly body: () => Promise<Uint8Array>
  readonly secretOf: (scheme: string) => Promise<string | null>
  /** Epoch ms. */
  readonly now: number
}

/** More kinds of signatures than this stand on no request. */
const MOST_SCHEMES = 10

/**
 * The header lines with the signature that was chosen.
 * @throws AppFailure `bad-input` (field `signing`) where nothing says how to sign, `secret-missing` (field = the scheme's id) without its secret.
 */
export async function signDraft(input: SignInput): Promise<readonly HeaderLine[]> {
  const { signing, headers } = input
  if (signing.kind === 'original') return headers
  if (signing.kind === 'unsigned') return withoutSignatures(headers)
  const detected = detectScheme(headers) ?? detectScheme(input.original)
  const scheme = signing.scheme ?? detected?.id ?? null
  if (scheme === null) {
    throw new AppFailure({
      code: 'bad-input',
      message: 'Nothing on this request says whose signature it should have.',
      fix: 'Choose a sender, or send it unsigned.',
      field: 'signing',
    })
  }
  const secret = await input.secretOf(scheme)
  if (secret === null) throw missingSecret(scheme, detected)
  try {
    const signed = signRequest({ scheme, headers, body: await input.body(), secret, now: input.now })
    return signed.map(([name, value]): HeaderLine => [name, value])
  } catch (problem) {
    if (!(problem instanceof RangeError)) throw problem
    throw new AppFailure({ code: 'bad-input', message: problem.message, field: 'signing' }, { cause: problem })
  }
}

function withoutSignatures(headers: readonly HeaderLine[]): readonly HeaderLine[] {
  let left = headers
  for (let n = 0; n < MOST_SCHEMES; n += 1) {
    const scheme = detectScheme(left)
    if (scheme === null) break
    const names = new Set(scheme.headerNames.map((name) => name.toLowerCase()))
    left = left.filter(([name]) => !names.has(name.toLowerCase()))
  }
  return left
}

function missingSecret(scheme: string, detected: DetectedScheme | null): AppFailure {
  const name = detected?.id === scheme ? detected.name : scheme
  return new AppFailure({
    code: 'secret-missing',
    message: `The secret of ${name} is not on this computer, so the request cannot be signed anew.`,
    fix: 'Enter the secret, or send it with the original signature or unsigned.',
    field: scheme,
  })
}
