import { decodeHex, decodeLooseBase64 } from '../decode.ts'
import type { Call, Keys, SecretEncoding } from '../scheme.ts'
import type { Others, Variant } from './diagnosis.ts'

/** What the secret may have to be, in the order in which people get it wrong. No sentence tells any of it. */
export function* secretVariants(call: Call, usual: SecretEncoding, others: Others): Generator<Variant> {
  const encoding = call.keys.secretEncoding ?? usual
  for (const [index, secret] of call.keys.secrets.entries()) {
    const instead = (code: string, sentence: string, text: string, form: SecretEncoding = encoding): Variant => ({
      code,
      sentence,
      call: { ...call, keys: withSecret(call.keys, index, text, form) },
    })
    yield* blankVariants(secret, instead)
    yield* encodingVariants(secret, encoding, instead)
  }
  for (const { name, secret } of others.secrets ?? []) {
    yield {
      code: 'other-secret',
      sentence: `It matches the secret "${name}", not the one that is set.`,
      call: { ...call, keys: { ...call.keys, secrets: [secret], secretEncoding: usual } },
    }
  }
}

function withSecret(keys: Keys, index: number, secret: string, secretEncoding: SecretEncoding): Keys {
  return { ...keys, secretEncoding, secrets: keys.secrets.map((each, at) => (at === index ? secret : each)) }
}

type Make = (code: string, sentence: string, text: string, form?: SecretEncoding) => Variant

function* blankVariants(secret: string, instead: Make): Generator<Variant> {
  const withoutBreak = secret.replace(/(\r?\n)+$/, '')
  if (withoutBreak !== secret) {
    yield instead(
      'secret-has-trailing-newline',
      'It matches when the line break at the end of the secret is removed.',
      withoutBreak,
    )
  }
  const trimmed = secret.trim()
  if (trimmed !== secret) {
    yield instead('secret-has-blanks', 'It matches when the blanks around the secret are removed.', trimmed)
  }
  const [, , unquoted] = /^\s*(["'`])(.*)\1\s*$/s.exec(secret) ?? []
  if (unquoted !== undefined) {
    yield instead('secret-has-quotes', 'It matches when the quotes around the secret are removed.', unquoted)
  }
  const plain = withoutEntities(secret)
  if (plain !== secret) {
    yield instead('secret-has-entities', 'It matches when &amp; and its like in the secret are read as HTML.', plain)
  }
  if (secret.startsWith('whsec_')) {
    const sentence = 'It matches without whsec_: this sender gives its secret without it.'
    yield instead('secret-prefix', sentence, secret.slice('whsec_'.length))
  } else {
    yield instead('secret-prefix', 'It matches with whsec_ before the secret: copy it whole.', `whsec_${secret}`)
  }
  yield instead(
    'secret-lacks-newline',
    'It matches with a line break behind the secret: the sender was given one.',
    `${secret}\n`,
  )
}

function withoutEntities(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#039;', "'")
    .replaceAll('&amp;', '&')
}

function* encodingVariants(secret: string, encoding: SecretEncoding, instead: Make): Generator<Variant> {
  const text = secret.trim().replace(/^(v1,)?whsec_/, '')
  if (encoding !== 'base64' && encoding !== 'auto' && decodeLooseBase64(text) !== null) {
    const sentence = 'It matches the secret decoded: it is base64, and was used as text.'
    yield instead('secret-is-base64', sentence, text, 'base64')
  }
  if (encoding !== 'hex' && decodeHex(text) !== null) {
    yield instead(
      'secret-is-hex',
      'It matches the secret decoded: it is hexadecimal, and was used as text.',
      text,
      'hex',
    )
  }
  if (encoding !== 'utf8') {
    yield instead('secret-is-text', 'It matches the secret as text: this sender does not decode it.', secret, 'utf8')
  }
}
