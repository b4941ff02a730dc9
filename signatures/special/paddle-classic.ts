import { sign, verify } from 'node:crypto'
import { decodeBase64 } from '../decode.ts'
import { formFields, type FormField } from '../form-fields.ts'
import { failed, type Known } from '../judgement.ts'
import { spliceBytes } from '../json-tree.ts'
import { givenPublicKeys, judgePublicKey } from '../public-keys.ts'
import type { Call, Judgement, Scheme, SignCall, Signed } from '../scheme.ts'

const SIGNATURE = 'p_signature'

/**
 * Paddle Classic: the form's field `p_signature` is RSA with SHA-1 over all other fields, sorted by name, as PHP serialises an array of strings.
 * Source: Paddle Classic's guide, "Verifying webhooks".
 */
export const paddleClassic: Scheme = {
  id: 'paddle-classic',
  name: 'Paddle Classic',
  headerNames: [],
  resign: 'test-keys',
  needsUrl: false,
  toleranceSeconds: null,
  secretEncoding: 'utf8',
  judge: judgePaddleClassic,
  sign: signPaddleClassic,
}

function judgePaddleClassic(call: Call): Judgement {
  const fields = formFields(call.body)
  const text = fields.findLast(({ name }) => name === SIGNATURE)?.value ?? null
  const signed = serialised(fields)
  const known: Known = {
    algorithm: 'RSA-SHA-1',
    stamp: null,
    evidence: () => ({ signed, expected: [], received: text === null ? [] : [text] }),
  }
  if (text === null) return failed(known, 'header-missing', `The form has no field ${SIGNATURE}.`)
  const signature = decodeBase64(text)
  if (signature === null) return failed(known, 'header-malformed', `${SIGNATURE} is not a signature in base64.`)
  return judgePublicKey(call, known, {
    name: 'Paddle Classic',
    missing: "Checking it takes the public key of the seller's account.",
    keys: givenPublicKeys(call),
    isSigned: (key) => key.asymmetricKeyType === 'rsa' && verify('sha1', signed, key, signature),
  })
}

/** What PHP's `serialize` makes of the sorted fields: lengths are counted in bytes. Of equal names the last counts, as in `$_POST`. */
function serialised(fields: readonly FormField[]): Buffer {
  const byName = new Map(fields.filter(({ name }) => name !== SIGNATURE).map(({ name, value }) => [name, value]))
  const sorted = [...byName].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const inner = sorted.map(([name, value]) => `${quoted(name)}${quoted(value)}`).join('')
  return Buffer.from(`a:${sorted.length}:{${inner}}`, 'latin1')
}

function quoted(bytes: string): string {
  return `s:${bytes.length}:"${bytes}";`
}

function signPaddleClassic(call: SignCall): Signed {
  if (call.privateKey === undefined)
    throw new RangeError('Signing as Paddle Classic takes a test key pair of your own.')
  const fields = formFields(call.body)
  if (fields.length === 0) throw new RangeError('Paddle Classic signs the fields of a form: the body has none.')
  const signature = encodeURIComponent(sign('sha1', serialised(fields), call.privateKey).toString('base64'))
  const before = fields.findLast(({ name }) => name === SIGNATURE)
  const end = call.body.length
  const splice =
    before === undefined
      ? { from: end, to: end, text: `&${SIGNATURE}=${signature}` }
      : { from: before.from, to: before.to, text: signature }
  return { headers: call.headers, body: spliceBytes(call.body, [splice]), url: call.url, dropped: [] }
}
