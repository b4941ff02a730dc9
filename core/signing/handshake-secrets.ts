import { AppFailure } from '../../protocol/app-error.ts'
import type { RequestId, SourceId } from '../../protocol/ids.ts'
import { KIB } from '../../protocol/limits.ts'
import { SigningSecretText, type HandshakeSecretInfo, type SigningSecretInfo } from '../../protocol/signature.ts'
import { answerHandshake } from '../../signatures/handshake/handshake.ts'
import type { HistoryRequests } from '../history/history.ts'
import { readWhole } from './judge-request.ts'
import type { KnownSchemes } from './known-schemes.ts'

/** Secrets that came with a sender's check of the address (Asana's X-Hook-Secret, Notion's verification token). */
export type HandshakeSecrets = {
  /** Null where none came with the request. The secret itself is never told. */
  of(id: RequestId): Promise<HandshakeSecretInfo | null>
  /**
   * Keeps it for the source of the request, under the name, with a number behind it where another secret has that name already.
   * @throws AppFailure `not-found` where none came with the request; `conflict` as `SigningSecrets.add`.
   */
  adopt(id: RequestId, name: string): Promise<SigningSecretInfo>
}

/** Kept secrets, as far as they are needed here. */
export type KeptSecrets = {
  listSecrets(): Promise<readonly SigningSecretInfo[]>
  keptSecret(scheme: string, id: string): Promise<{ readonly secret: string } | null>
  setSecret(
    scheme: string,
    secret: string,
    place: { readonly sourceId: SourceId | null; readonly name: string },
  ): Promise<SigningSecretInfo>
}

type Brought = { readonly scheme: string; readonly secret: string; readonly sourceId: SourceId | null }

/** No check of an address is longer. */
const MOST_CHECK_BYTES = 64 * KIB

export function createHandshakeSecrets(options: {
  readonly requests: HistoryRequests
  readonly schemes: KnownSchemes
  readonly kept: KeptSecrets
}): HandshakeSecrets {
  const { requests, schemes, kept } = options

  async function broughtBy(id: RequestId): Promise<Brought | null> {
    const request = await requests.get(id)
    if (request?.detail?.kind !== 'handshake' || request.bodyBytes > MOST_CHECK_BYTES) return null
    const { method, requestTarget, headers, sourceId, detail } = request
    const body = await readWhole(requests, request)
    const answer = answerHandshake({ method, url: requestTarget, headers, body }, detail.handshake.sender, {})
    const secret = SigningSecretText.safeParse(answer?.secret)
    const scheme = schemes.find(answer?.handshake ?? '')
    return secret.success && scheme !== null ? { scheme: scheme.id, secret: secret.data, sourceId } : null
  }

  /** Those of the same scheme and source, each with whether it is this one. */
  async function keptBeside({ scheme, secret, sourceId }: Brought) {
    const infos = (await kept.listSecrets()).filter((each) => each.scheme === scheme && each.sourceId === sourceId)
    const same = await Promise.all(
      infos.map(async (each) => (await kept.keptSecret(scheme, each.id))?.secret === secret),
    )
    return infos.map((info, index) => ({ info, isSame: same[index] === true }))
  }

  return {
    async of(id) {
      const brought = await broughtBy(id)
      if (brought === null) return null
      const keptAs = (await keptBeside(brought)).find(({ isSame }) => isSame)?.info.name ?? null
      const { scheme } = brought
      return { scheme, schemeName: schemes.find(scheme)?.name ?? scheme, keptAs }
    },
    async adopt(id, name) {
      const brought = await broughtBy(id)
      if (brought === null) {
        throw new AppFailure({ code: 'not-found', message: 'No secret came with this request.', field: 'id' })
      }
      const beside = await keptBeside(brought)
      const already = beside.find(({ isSame }) => isSame)
      if (already !== undefined) return already.info
      const { scheme, secret, sourceId } = brought
      return kept.setSecret(scheme, secret, {
        sourceId,
        name: freeName(name, new Set(beside.map(({ info }) => info.name))),
      })
    },
  }
}

/** One of the same name would be replaced: each webhook of Asana's has its own secret. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name
  for (let n = 2; taken.has(free); n += 1) free = `${name} (${n})`
  return free
}
