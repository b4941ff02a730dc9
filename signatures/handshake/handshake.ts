import type { HandshakeAnswer, HandshakeKeys, HandshakeRequest } from './answer.ts'
import { ask } from './asked.ts'
import { toldByContent } from './told-by-content.ts'
import { toldByHeader } from './told-by-header.ts'

const handshakes = [...toldByHeader, ...toldByContent]

/** Other names under which people know the senders. */
const ALIASES: Readonly<Record<string, string>> = {
  facebook: 'meta',
  instagram: 'meta',
  messenger: 'meta',
  whatsapp: 'meta',
  feishu: 'lark',
  x: 'twitter',
  eventgrid: 'azure-event-grid',
  // Event Grid asks in the way of CloudEvents where it sends in that schema.
  'event grid': 'cloudevents',
  'office 365': 'microsoft-graph',
  adobe: 'adobe-sign',
  'monday.com': 'monday',
  youtube: 'websub',
}

/** The handshakes that are known, as ids. */
export const handshakeIds: readonly string[] = handshakes.map(({ id }) => id)

/**
 * What to answer to a sender that checks whether an address is really its owner's; undefined when the request is no handshake, or one that needs a
 * secret which is not there. Never throws. Answered for strangers too, this would let them register the address as theirs: so a sender should be
 * named, by an id of `handshakeIds` or by its name; without one only requests that tell whose they are get an answer.
 */
export function answerHandshake(
  request: HandshakeRequest,
  sender: string | null,
  keys: HandshakeKeys,
): HandshakeAnswer | undefined {
  const wanted = sender === null ? null : idsOf(sender)
  const asked = ask(request, keys)
  for (const { id, isTelling, needsSecret, answer } of handshakes) {
    if (wanted === null ? !isTelling : !wanted.includes(id)) continue
    if (needsSecret === true && (keys.secrets ?? []).length === 0) continue
    const found = answer(asked)
    if (found !== undefined) return found
  }
  return undefined
}

/** `Azure Event Grid / CloudEvents` names two; `Adobe Acrobat Sign` has all words of `adobe-sign`. */
function idsOf(sender: string): readonly string[] {
  return sender.split('/').flatMap((part) => {
    const name = part.replace(/\(.*$/, '').trim().toLowerCase()
    const words = new Set(name.split(/[\s-]+/))
    const isMeant = (known: string) => known.split(/[\s-]+/).every((word) => words.has(word))
    const aliases = Object.entries(ALIASES).flatMap(([alias, id]) => (isMeant(alias) ? [id] : []))
    return [...handshakeIds.filter(isMeant), ...aliases]
  })
}
