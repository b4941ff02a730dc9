import { createHash } from 'node:crypto'
import { failed, knownAlgorithm } from '../judgement.ts'
import { judgeMac, signingKey } from '../judge-mac.ts'
import { nodeAt, readJsonTree, spliceBytes, textAt } from '../json-tree.ts'
import type { Call, Judgement, Scheme, SignCall, Signed } from '../scheme.ts'

/** Figma: the body holds the passcode that was given when the webhook was made. Nothing is signed. */
export const figma: Scheme = {
  id: 'figma',
  name: 'Figma',
  headerNames: [],
  resign: 'copy',
  needsUrl: false,
  toleranceSeconds: null,
  secretEncoding: 'utf8',
  judge: judgeFigma,
  sign: signFigma,
}

function judgeFigma(call: Call): Judgement {
  const passcode = textAt(readJsonTree(call.body), 'passcode')
  if (passcode === null) return failed(knownAlgorithm('Passcode'), 'header-missing', 'The body has no passcode.')
  return judgeMac(call, {
    name: 'Figma',
    algorithm: 'Passcode',
    encoding: 'utf8',
    received: [passcode],
    digests: [hashOf(passcode)],
    expected: (key) => (key.length === 0 ? [] : [hashOf(key)]),
    spell: () => '…',
    signed: () => null,
  })
}

/** Hashed before it is compared, so that not even the length is told. */
function hashOf(text: string | Buffer): Buffer {
  return createHash('sha256').update(text).digest()
}

function signFigma(call: SignCall): Signed {
  const passcode = JSON.stringify(signingKey(call, 'Figma', 'utf8').toString())
  const root = readJsonTree(call.body)
  if (root?.kind !== 'object') throw new RangeError('Figma puts its passcode into a JSON object: the body is none.')
  const node = nodeAt(root, 'passcode')
  const splice =
    node === null
      ? { from: root.from + 1, to: root.from + 1, text: `"passcode":${passcode}${root.fields.size > 0 ? ',' : ''}` }
      : { from: node.from, to: node.to, text: passcode }
  return { headers: call.headers, body: spliceBytes(call.body, [splice]), url: call.url, dropped: [] }
}
