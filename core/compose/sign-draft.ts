import { AppFailure } from '../../protocol/app-error.ts'
import type { DraftSigning } from '../../protocol/draft.ts'
import type { HeaderLine } from '../../protocol/request.ts'
import { keysOf } from '../../signatures/given-keys.ts'
import { secretPlace } from '../../signatures/secret-places.ts'
import type { KnownSchemes } from '../signing/known-schemes.ts'

export type SignInput = {
  readonly signing: DraftSigning
  readonly method: string
  /** Whole, as the receiver is called. */
  readonly url: string
  readonly headers: readonly HeaderLine[]
  /** Of the request that the draft was made of: its scheme is meant where the draft's own lines show none any more. */
  readonly original: readonly HeaderLine[]
  /** Read only where it is signed. */
  readonly body: () => Promise<Uint8Array>
  readonly schemes: KnownSchemes
  /** Those to sign with, the newest first. */
  readonly secretsOf: (scheme: string) => Promise<readonly string[]>
  /** A key pair of one's own, for schemes whose sender holds a private key; null for the rest. */
  readonly privateKeyOf: (scheme: string) => Promise<string | null>
  /** Epoch ms. */
  readonly now: number
}

/** What is sent. URL and body are there where the signature stands in them. */
export type SignedDraft = {
  readonly headers: readonly HeaderLine[]
  readonly body: Uint8Array | null
  readonly url: string | null
}

/** More kinds of signatures than this stand on no request. */
const MOST_SCHEMES = 10

/**
 * A draft with the signature that was chosen.
 * @throws AppFailure `bad-input` (field `signing`) where it cannot be signed, with the reason; `secret-missing` (field = the scheme's id) without its secret.
 */
export async function signDraft(input: SignInput): Promise<SignedDraft> {
  const { signing, headers } = input
  if (signing.kind === 'original') return { headers, body: null, url: null }
  if (signing.kind === 'unsigned') return { headers: withoutSignatures(headers, input.schemes), body: null, url: null }
  const body = await input.body()
  const scheme =
    signing.scheme ?? (await schemeOf(input, headers, body)) ?? (await schemeOf(input, input.original, null))
  if (scheme === null) {
    throw unsignable(
      'Nothing on this request says whose signature it should have.',
      'Choose a sender, or send it unsigned.',
    )
  }
  const privateKey = await input.privateKeyOf(scheme)
  const secrets = await input.secretsOf(scheme)
  const { signsSecret = false } = input.schemes.find(scheme) ?? {}
  const isMissing = signsSecret ? keysOf(secrets).secrets.length === 0 : privateKey === null && secrets.length === 0
  if (isMissing) throw missingSecret(scheme, input.schemes)
  return signed(input, scheme, { secrets, privateKey }, body)
}

/** The likeliest that it can be signed by; else the likeliest. */
async function schemeOf(
  { schemes, secretsOf }: SignInput,
  headers: readonly HeaderLine[],
  body: Uint8Array | null,
): Promise<string | null> {
  const candidates = schemes.candidates({ headers, body })
  for (const { scheme } of candidates) if ((await secretsOf(scheme)).length > 0) return scheme
  return candidates[0]?.scheme ?? null
}

type With = { readonly secrets: readonly string[]; readonly privateKey: string | null }

function signed(input: SignInput, id: string, { secrets, privateKey }: With, body: Uint8Array): SignedDraft {
  const { method, url, headers, now } = input
  const scheme = input.schemes.find(id)
  if (scheme === null) throw unsignable(`There is no scheme "${id}" any more.`, 'Choose another sender.')
  try {
    const made = scheme.sign({
      method,
      url,
      headers,
      body,
      keys: keysOf(secrets),
      now,
      ...(privateKey === null ? {} : { privateKey }),
    })
    return {
      headers: made.headers.map(([name, value]): HeaderLine => [name, value]),
      body: Buffer.compare(made.body, body) === 0 ? null : made.body,
      url: made.url === null || made.url === url ? null : made.url,
    }
  } catch (problem) {
    // It says what is missing.
    if (!(problem instanceof RangeError)) throw problem
    throw unsignable(problem.message, 'Send it with the original signature, or unsigned.')
  }
}

function withoutSignatures(headers: readonly HeaderLine[], schemes: KnownSchemes): readonly HeaderLine[] {
  let left = headers
  for (let n = 0; n < MOST_SCHEMES; n += 1) {
    const found = schemes.candidates({ headers: left, body: null }).find(({ certainty }) => certainty !== 'possible')
    const names = new Set(found?.headerNames.map((name) => name.toLowerCase()))
    if (names.size === 0) break
    left = left.filter(([name]) => !names.has(name.toLowerCase()))
  }
  return left
}

function unsignable(message: string, fix: string): AppFailure {
  return new AppFailure({ code: 'bad-input', message, fix, field: 'signing' })
}

function missingSecret(scheme: string, schemes: KnownSchemes): AppFailure {
  const known = schemes.find(scheme)
  const what = known?.signsSecret === true ? secretPlace(scheme).label.toLowerCase() : 'secret'
  return new AppFailure({
    code: 'secret-missing',
    message: `The ${what} of ${known?.name ?? scheme} is not on this computer, so the request cannot be signed anew.`,
    fix: `Enter the ${what}, or send it with the original signature or unsigned.`,
    field: scheme,
  })
}
